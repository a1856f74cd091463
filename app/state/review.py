"""What a review is about: the patient on the table, and the answer to what is known of them."""

from dataclasses import dataclass

from adcore.analysis import Analysis
from adcore.case.scan import Scan


@dataclass(frozen=True, eq=False)
class Study:
    """The patient under review.

    Attributes:
        origin: the demo patient's key, or the upload's digest and its series.
        title, story: what the page calls the patient; never a file's name, which may hold a person's.
    """

    origin: str
    title: str
    story: str
    scan: Scan


@dataclass(frozen=True, eq=False)
class Result:
    """An analysis and the key of the inputs it answers."""

    key: str
    analysis: Analysis
