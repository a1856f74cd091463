"""How far the scan and each known clinical field moved an answer: exact Shapley values on the scale of log-odds.

The worth of a coalition is what the model itself would state if it knew nothing else: the network was trained with fields and
scans hidden, so nothing has to be made up for what is withheld (Lundberg and Lee 2017 average over other people instead). Each
coalition has the calibration of what it knows, as every answer has; knowing a field thus also moves the trust in the rest. The
worth of knowing nothing is the share of impaired people among those trained on, which is what a calibrated answer then is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from adcore.answer.prediction import Branch
from adcore.case.clinical import FIELDS, ClinicalRecord
from adcore.explain.shapley import Coalition, coalitions, shapley_values
from adcore.model.calibration import Estimate, log_odds
from adcore.networks.late_fusion import ScanFeatures
from adcore.predict import Answer, Predictor

SCAN = "scan"


@dataclass(frozen=True)
class Contribution:
    """What one player added.

    Attributes:
        of: a field's name, or SCAN.
        log_odds: above 0 where it raised the probability of impairment.
    """

    of: str
    log_odds: float


@dataclass(frozen=True)
class Contributions:
    """What moved an answer away from the base. Unknown fields took no part and are left out.

    Attributes:
        base: probability of impairment with nothing known.
        fused: the scan and the known fields; with the base's log-odds they sum to those of the fused answer.
        clinical: the known fields alone; likewise, to the clinical branch's.
    """

    base: float
    fused: tuple[Contribution, ...]
    clinical: tuple[Contribution, ...]


def contributions(features: ScanFeatures | None, record: ClinicalRecord, predictor: Predictor) -> Contributions | None:
    """Share an answer out among the scan and the known fields.

    Args:
        features: of one scan; None without a scan.
    Returns:
        None where the card does not say how many of its people are impaired, so that there is no base.
    """
    base = predictor.card.impaired_share
    if base is None:
        return None
    fields = [spec.name for spec in FIELDS if spec.name not in record.unknown]
    hidden = coalitions(len(fields))
    records = [_knowing(record, fields, members) for members in hidden]
    blind = predictor.answers(None, records[1:]) if fields else []  # the first knows nothing
    seen = predictor.answers(features, records) if features is not None else []
    clinical = _shared(fields, blind, _clinical, base)
    fused = _shared([*([SCAN] if seen else []), *fields], [*blind, *seen], lambda answer: answer.fused.log_odds, base)
    return Contributions(base, fused, clinical)


def _knowing(record: ClinicalRecord, fields: list[str], members: Coalition) -> ClinicalRecord:
    withheld = [name for name, member in zip(fields, members, strict=True) if not member]
    return record.model_copy(update=dict.fromkeys(withheld))


def _shared(
    players: list[str], answers: Sequence[Answer], worth: Callable[[Answer], float], base: float
) -> tuple[Contribution, ...]:
    """Args: answers: of every coalition but the empty one, in the order of `coalitions`."""
    values = shapley_values(np.array([log_odds(base), *map(worth, answers)]))
    return tuple(Contribution(player, float(value)) for player, value in zip(players, values, strict=True))


def _clinical(answer: Answer) -> float:
    return cast(Estimate, answer.branches[Branch.CLINICAL]).log_odds  # never None where there are fields and no scan
