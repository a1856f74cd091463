"""An answer as a sum: what each part of the model and each known clinical field adds to it, in log-odds.

The fusion is not linear (it has a hidden layer), so its terms are exact Shapley values (Shapley 1953) with two unions (Owen
1977): the parts of the scan's evidence join together, and so do the clinical fields. The scan's terms thus add up to what the
scan adds as a whole, the fields' to what the fields add, and all of them with the base to the answer.

The value of a coalition is the model's own answer with nothing else known: the network was trained with fields and scans hidden,
so that nothing has to be imputed for withheld inputs (Lundberg and Lee 2017 average over other participants instead). Each
coalition has the calibration of its inputs, as every answer has; a known field thus also changes the weight of the others. The
value of the empty coalition is the share of impaired participants in training, which is the calibrated answer without any input.
Only where some parts of a scan's evidence are in and others are not, are the others those of the average training participant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import cast

import numpy as np
from numpy.typing import NDArray

from adcore.answer.prediction import Branch
from adcore.case.clinical import ClinicalRecord
from adcore.explain.shapley import Coalition, coalitions, shapley_values
from adcore.model.calibration import Estimate, chance_of, log_odds
from adcore.networks.late_fusion import ScanFeatures
from adcore.predict import SCAN_PARTS, Predictor

SCAN = "scan"


@dataclass(frozen=True)
class Contribution:
    """The contribution of one player.

    Attributes:
        of: a field's name, a branch, or SCAN.
        log_odds: above 0 where it raised the probability of impairment.
    """

    of: str
    log_odds: float


@dataclass(frozen=True)
class Contributions:
    """The contributions that lead from the base to an answer. Unknown fields have none and are left out.

    Attributes:
        base: probability of impairment without any input.
        parts: of VGG16's and ResNet50's vectors, the structures' shares and the clinical fields, as the fusion reads them; with
            the base's log-odds they sum to those of the fused answer.
        fused: the scan and the known fields; the scan is the sum of its parts, the fields together are the clinical part.
        clinical: the known fields alone; with the base's log-odds they sum to those of the clinical branch.
    """

    base: float
    parts: tuple[Contribution, ...]
    fused: tuple[Contribution, ...]
    clinical: tuple[Contribution, ...]

    @property
    def steps(self) -> tuple[float, ...]:
        """The probability after each part, one after the other from the base on; the last is the answer."""
        odds = accumulate((one.log_odds for one in self.parts), initial=log_odds(self.base))
        return tuple(map(chance_of, odds))[1:]


def contributions(features: ScanFeatures | None, record: ClinicalRecord, predictor: Predictor) -> Contributions | None:
    """Split an answer into the contributions of its parts and of the known fields.

    Args:
        features: of the scan; None without a scan.
    Returns:
        None where the card does not give the share of impaired participants, so that there is no base, or where the model is
        silent with some of the inputs. Those of the clinical branch are empty where it is silent.
    """
    base = predictor.card.impaired_share
    if base is None:
        return None
    fields = list(record.known)
    records = [_knowing(record, fields, known) for known in coalitions(len(fields))]
    asked = [(one, False) for one in records[1:]] + [(one, True) for one in records if features is not None]
    if not all(predictor.can_answer(*one) for one in asked):
        return None
    start = log_odds(base)
    without_scan = predictor.answers(None, records[1:]) if fields else []  # the first coalition is empty
    alone = np.array([start, *(answer.fused.log_odds for answer in without_scan)])
    heard = all(answer.branches[Branch.CLINICAL] is not None for answer in without_scan)
    branch = [cast(Estimate, answer.branches[Branch.CLINICAL]).log_odds for answer in without_scan] if heard else []
    clinical = _named(fields, shapley_values(np.array([start, *branch]))) if heard else ()
    if features is None:
        shared = _named(fields, shapley_values(alone))
        return Contributions(base, _clinical_part(shared), shared, clinical)
    beside = np.array([answer.fused.log_odds for answer in predictor.answers(features, records)])
    of_parts = _scan_parts(features, records[0], alone[0], predictor), _scan_parts(features, record, alone[-1], predictor)
    scan = _named(SCAN_PARTS, np.mean(of_parts if fields else of_parts[:1], axis=0))
    shared = _named(fields, (shapley_values(alone) + shapley_values(beside)) / 2)
    whole = Contribution(SCAN, sum(one.log_odds for one in scan))
    return Contributions(base, (*scan, *_clinical_part(shared)), (whole, *shared), clinical)


def _scan_parts(features: ScanFeatures, record: ClinicalRecord, without: float, predictor: Predictor) -> NDArray[np.float64]:
    """What each of SCAN_PARTS adds where the fields are a record's. Args: without: the log-odds without a scan."""
    some = coalitions(len(SCAN_PARTS))[1:]
    return shapley_values(np.array([without, *(one.log_odds for one in predictor.partial(features, record, some))]))


def _clinical_part(shared: tuple[Contribution, ...]) -> tuple[Contribution, ...]:
    """All known fields together; nothing where none is known."""
    return (Contribution(Branch.CLINICAL, sum(one.log_odds for one in shared)),) if shared else ()


def _knowing(record: ClinicalRecord, fields: list[str], known: Coalition) -> ClinicalRecord:
    return record.without([name for name, member in zip(fields, known, strict=True) if not member])


def _named(players: Sequence[str], values: NDArray[np.float64]) -> tuple[Contribution, ...]:
    return tuple(Contribution(str(player), float(value)) for player, value in zip(players, values, strict=True))
