"""Where a guided tour is."""

from dataclasses import dataclass


@dataclass(eq=False)
class Tour:
    """One tour under way.

    Attributes:
        name: the demo patient's key, or the name of the tour that plays by itself.
        step: from 0.
        playing: whether it goes on by itself.
        turning: whether the step has yet to be shown, on whichever page it belongs to.
    """

    name: str
    step: int = 0
    playing: bool = False
    turning: bool = True

    def go(self, step: int) -> None:
        """Go to a step."""
        self.step, self.turning = step, True
