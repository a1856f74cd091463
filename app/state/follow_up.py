"""The follow-up page's part of a session."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from adcore.longitudinal.course import Course
from adcore.longitudinal.follow import PlannedVisit
from adcore.viewer.apart import Messages
from app.jobs import Job
from app.state.offers import Offers
from app.state.upload import Upload


@dataclass(eq=False)
class FollowUp:
    """The follow-up page's state for one user.

    Attributes:
        planned: the visits added, in any order.
        uploads: number of uploads read so far; part of the uploader's key, which empties it after each.
        upload: an upload with several series, until one of them is added.
        job: the running comparison.
        course: its result, with the key of the visits compared.
        differences: change maps by the numbers of their two visits.
        payload: the viewer's messages, with the numbers of the visits shown.
        notice: a sentence about the last upload or comparison.
        offers: the file with the course.
    """

    planned: list[PlannedVisit] = field(default_factory=list)
    uploads: int = 0
    upload: Upload | None = None
    job: Job[Course] | None = None
    course: tuple[str, Course] | None = None
    differences: dict[tuple[int, int], NDArray[np.float32]] = field(default_factory=dict)
    payload: tuple[tuple[int, int, int], Messages] | None = None
    notice: str | None = None
    offers: Offers = field(default_factory=Offers)

    def forget_results(self) -> None:
        """Drop every result, since the visits have changed."""
        self.course = self.payload = self.notice = None
        self.offers = Offers()
        self.differences.clear()
