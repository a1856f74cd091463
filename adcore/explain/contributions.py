"""How far the scan and each known clinical field moved an answer: exact Shapley values on the scale of log-odds.

The value of a coalition is the model's own answer with nothing else known: the network was trained with fields and scans hidden,
so that nothing has to be imputed for withheld inputs (Lundberg and Lee 2017 average over other participants instead). Each
coalition has the calibration of its inputs, as every answer has; a known field thus also changes the weight of the others. The
value of the empty coalition is the share of impaired participants in training, which is the calibrated answer without any input.
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
    """The contribution of one player.

    Attributes:
        of: a field's name, or SCAN.
        log_odds: above 0 where it raised the probability of impairment.
    """

    of: str
    log_odds: float


@dataclass(frozen=True)
class Contributions:
    """The contributions that lead from the base to an answer. Unknown fields have none and are left out.

    Attributes:
        base: probability of impairment without any input.
        fused: the scan and the known fields; with the base's log-odds they sum to those of the fused answer.
        clinical: the known fields alone; with the base's log-odds they sum to those of the clinical branch.
    """

    base: float
    fused: tuple[Contribution, ...]
    clinical: tuple[Contribution, ...]


def contributions(features: ScanFeatures | None, record: ClinicalRecord, predictor: Predictor) -> Contributions | None:
    """Split an answer into the contributions of the scan and the known fields.

    Args:
        features: of the scan; None without a scan.
    Returns:
        None where the card does not give the share of impaired participants, so that there is no base, or where the model is
        silent with some of the inputs. Those of the clinical branch are empty where it is silent.
    """
    base = predictor.card.impaired_share
    if base is None:
        return None
    fields = [spec.name for spec in FIELDS if spec.name not in record.unknown]
    members = coalitions(len(fields))
    records = [_knowing(record, fields, known) for known in members]
    asked = [(one, False) for one in records[1:]] + [(one, True) for one in records if features is not None]
    if not all(predictor.can_answer(*one) for one in asked):
        return None
    without_scan = predictor.answers(None, records[1:]) if fields else []  # the first coalition is empty
    with_scan = predictor.answers(features, records) if features is not None else []
    heard = all(answer.branches[Branch.CLINICAL] is not None for answer in without_scan)
    clinical = _contributed(fields, without_scan, _clinical, base) if heard else ()
    players = [*([SCAN] if with_scan else []), *fields]
    fused = _contributed(players, [*without_scan, *with_scan], lambda answer: answer.fused.log_odds, base)
    return Contributions(base, fused, clinical)


def _knowing(record: ClinicalRecord, fields: list[str], known: Coalition) -> ClinicalRecord:
    withheld = [name for name, member in zip(fields, known, strict=True) if not member]
    return record.model_copy(update=dict.fromkeys(withheld))


def _contributed(
    players: list[str], answers: Sequence[Answer], value: Callable[[Answer], float], base: float
) -> tuple[Contribution, ...]:
    """Args: answers: of every coalition except the empty one, in the order of `coalitions`."""
    shares = shapley_values(np.array([log_odds(base), *map(value, answers)]))
    return tuple(Contribution(player, float(share)) for player, share in zip(players, shares, strict=True))


def _clinical(answer: Answer) -> float:
    return cast(Estimate, answer.branches[Branch.CLINICAL]).log_odds  # never None with fields known, unless it is silent
