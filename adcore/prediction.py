"""What a model says of one person: every probability, and the verbal answer or why there is none."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from adcore.branches import Branch
from adcore.calibration import Estimate


class Category(StrEnum):
    """The verbal answer."""

    UNIMPAIRED = "likely unimpaired"
    IMPAIRED = "likely impaired"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, eq=False)
class Answer:
    """What the model says of a scan with one set of clinical fields.

    Attributes:
        fused: the answer of the late fusion.
        branches: each branch on its own; None where it had no input.
        category: the verbal answer, and `reasons` why it is inconclusive (empty otherwise).
    """

    fused: Estimate
    branches: dict[Branch, Estimate | None]
    category: Category
    reasons: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Prediction(Answer):
    """Everything the model says of one person.

    Attributes:
        without_mmse: the fused answer with MMSE withheld; None where MMSE is unknown anyway.
        threshold: the probability at and above which people count as impaired.
        scan_alone: the fused answer with every field withheld; None without a scan.
        attention: for each image branch, (N,) weights over the planes that sum to 1; empty without a scan.
    """

    without_mmse: Estimate | None
    threshold: float
    attention: dict[Branch, NDArray[np.float32]]
    model_name: str
    weights_sha256: str
    scan_alone: Estimate | None = None
