"""What senders have sent so far: each one's files are a batch, complete after a quiet time. Knows nothing of networks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

MAX_BATCH_BYTES = 300 << 20
"""Most of one sender's unfinished files, as of an upload."""

MAX_BYTES = 2 * MAX_BATCH_BYTES
"""Most of all that wait."""


@dataclass
class Batch:
    """One sender's files, in order of arrival.

    Attributes:
        latest: when the last one came, by a clock that only runs forward.
        too_large: whether a file of it was refused, so that it must not be read as if it were whole.
    """

    latest: float
    files: list[bytes] = field(default_factory=list)
    too_large: bool = False

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(map(len, self.files))


class Inbox:
    """Thread-safe."""

    def __init__(self, quiet_seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._quiet, self._clock = quiet_seconds, clock
        self._lock = Lock()
        self._batches: dict[str, Batch] = {}

    def add(self, sender: str, content: bytes) -> bool:
        """Take a file; False where there is no room for it."""
        with self._lock:
            batch = self._batches.setdefault(sender, Batch(self._clock()))
            batch.latest = self._clock()
            held = sum(other.size for other in self._batches.values())
            if batch.size + len(content) > MAX_BATCH_BYTES or held + len(content) > MAX_BYTES:
                batch.too_large = True
                return False
            batch.files.append(content)
            return True

    def complete(self) -> list[Batch]:
        """Hand out the batches whose sender has been quiet for long enough; they are forgotten here."""
        with self._lock:
            now = self._clock()
            ready = [sender for sender, batch in self._batches.items() if now - batch.latest >= self._quiet]
            return [self._batches.pop(sender) for sender in ready]

    def waiting(self) -> int:
        """How many files are held."""
        with self._lock:
            return sum(len(batch.files) for batch in self._batches.values())
