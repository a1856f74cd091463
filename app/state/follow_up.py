"""What the page over time holds of one user."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from adcore.longitudinal.course import Course
from adcore.longitudinal.follow import PlannedVisit
from app.files import Offers
from app.runtime import Job
from app.state.upload import Upload


@dataclass(eq=False)
class FollowUp:
    """What the page over time holds of one user.

    Attributes:
        planned: the visits added, in any order.
        uploads: how many were read, so that the uploader is emptied after each.
        upload: the one that holds several series, until one of them is added.
        job: the comparison under way, `course` what came of it, each with the key of the visits it answers.
        differences: maps of change by the numbers of their visits.
        payload: the viewer's bytes, and what they were made of.
        notice: a sentence about the last upload or comparison.
        offers: the file of the course.
    """

    planned: list[PlannedVisit] = field(default_factory=list)
    uploads: int = 0
    upload: Upload | None = None
    job: Job[Course] | None = None
    course: tuple[str, Course] | None = None
    differences: dict[tuple[int, int], NDArray[np.float32]] = field(default_factory=dict)
    payload: tuple[tuple[int, int, int], bytes] | None = None
    notice: str | None = None
    offers: Offers = field(default_factory=Offers)

    def forget_results(self) -> None:
        """The visits changed: nothing that was made of them stays."""
        self.course = self.payload = self.notice = None
        self.offers = Offers()
        self.differences.clear()
