"""How the files fared that the browser asked for: Streamlit has them made on threads of its own, which can show nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event

from app.failures import as_refusal

BEGIN_SECONDS = 5.0
"""So long a press may wait for the browser to ask for its file; both come together."""

NOT_BEGUN = "The download did not begin, since the page was just being drawn again. Press the button again."


@dataclass(eq=False)
class Downloads:
    """The files of one answer.

    Attributes:
        begun: for each file that the browser began to fetch and no page waited for yet, what says that it is over.
        notice: why the last file could not be had; None where it could.
    """

    begun: SimpleQueue[Event] = field(default_factory=SimpleQueue)
    notice: str | None = None

    def make(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Make a file for the browser, and keep the sentence where that fails.

        Raises:
            Exception: whatever stopped it; the browser is to know that there is no file.
        """
        over = Event()
        self.begun.put(over)
        try:
            made = make()
        except Exception as error:
            self.notice = f"{name} could not be made. {as_refusal(error)}"
            raise
        else:
            self.notice = None
            return made
        finally:
            over.set()

    def wait(self, seconds: float = BEGIN_SECONDS) -> None:
        """Wait for the file whose button was pressed, so that the page can say how it fared."""
        try:
            self.begun.get(timeout=seconds).wait()
        except Empty:
            self.notice = NOT_BEGUN
