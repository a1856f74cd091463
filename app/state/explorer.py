"""What the errors page holds of one user."""

from dataclasses import dataclass, field

from adcore.cohorts.browse import BrowsableCohort
from adcore.evaluation.cases.cases import Cases
from adcore.explain.slices_only import SliceExplanation


@dataclass(eq=False)
class Explorer:
    """What the errors page holds of one user.

    Attributes:
        predictions: the table uploaded last, or why it was refused; with the uploader's id of the file.
        cohort: the data folder opened last, by its address.
        looked_at: the case opened last: its key, and where the networks looked on its planes.
        pictures: that case's pictures, by overlay.
        link: the case that the page's address named last.
        following: whether the case was chosen by the address and is still to be shown.
        lift_filters: whether the filters hide such a case and have to go.
    """

    predictions: tuple[str, Cases | str] | None = None
    cohort: tuple[str, BrowsableCohort] | None = None
    looked_at: tuple[str, SliceExplanation] | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)
    link: str | None = None
    following: bool = False
    lift_filters: bool = False
