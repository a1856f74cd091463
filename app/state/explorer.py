"""The errors page's part of a session."""

from dataclasses import dataclass, field

from adcore.cohorts.browse import BrowsableCohort
from adcore.evaluation.cases.cases import Cases
from adcore.explain.slices_only import SliceExplanation


@dataclass(eq=False)
class Explorer:
    """The errors page's state for one user.

    Attributes:
        predictions: the uploader's id of the last table, with its cases or the reason it was refused.
        cohort: the data folder opened last, with a key of its path and the model's slices.
        explained: the case opened last: its key, and its slices with the saliency maps.
        pictures: that case's pictures, by overlay.
        link: the case last named in the page's address.
        following: whether the address chose the case, which is still to be shown.
        clear_filters: whether the filters hide that case and must be cleared.
    """

    predictions: tuple[str, Cases | str] | None = None
    cohort: tuple[str, BrowsableCohort] | None = None
    explained: tuple[str, SliceExplanation] | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)
    link: str | None = None
    following: bool = False
    clear_filters: bool = False
