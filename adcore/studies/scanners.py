"""Whether heads that can't tell another scanner's healthy adults from the cohort's own still tell the impaired.

Healthy adults without a label, from another scanner, show in which directions of a branch's vector the scanners differ at equal
age and sex. A head that is fitted without these directions cannot shift along them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.cohorts.cohort import Cohort, labelled_and_others, person_folds
from adcore.errors import CohortError
from adcore.model.calibration import fit_calibration
from adcore.networks.late_fusion import LateFusionNetwork, ScanFeatures
from adcore.training.features import read_features
from adcore.training.heads import HeadConfig, fit_head
from adcore.training.labels import convolutions_sha256

YOUNGEST = 40.0
"""Years from which on adults show the directions: scanners may differ otherwise in young brains."""

COUNTED = 60.0
"""Years from which on healthy adults are counted: the ages that labels are given for."""

DIRECTIONS = (0, 1, 2)
"""Left out of the vectors: none, the scanner's, and how it changes with age."""

REPEATS, FOLDS, PARTS = 5, 5, 4
"""Of the labelled participants; and parts of the healthy adults counted, each left out of the directions it is counted by."""

Vectors = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Read:
    """The people of one branch: vectors in SDs of the labelled participants, with age and sex."""

    labelled: Vectors
    labels: NDArray[np.bool_]
    own: Vectors
    own_facts: NDArray[np.float64]
    labelled_facts: NDArray[np.float64]
    healthy: Vectors
    healthy_facts: NDArray[np.float64]


def scanners(network: LateFusionNetwork, cohort: Cohort, healthy: Cohort, runs: Path, seed: int) -> pd.DataFrame:
    """Heads without these directions, by image branch.

    Args:
        cohort: as of training; its labelled participants are tested out of fold.
        healthy: another scanner's healthy adults; one scan each.
        runs: keeps features; run again to continue.
    Returns:
        branch, directions, auc, auc_least and auc_most over the repeats, healthy (who are counted), called (of them, with a
        probability of one half or more).
    Raises:
        CohortError: there are too few healthy adults.
    """
    old = _facts(healthy)[:, 0] >= COUNTED
    if old.sum() < 2 * PARTS:
        raise CohortError(
            f"Expected {2 * PARTS} healthy adults aged {COUNTED:g} and over or more, got {old.sum()}. Add some, with age and sex."
        )
    labelled, others = labelled_and_others(cohort)
    runs.mkdir(parents=True, exist_ok=True)
    digest = convolutions_sha256(network)
    read = [
        read_features(network, one, runs / f"features-{name}.pt", digest)
        for one, name in ((labelled, "scanners-labelled"), (others, "scanners-others"), (healthy, "scanners-healthy"))
    ]
    rows = []
    for branch in IMAGE_BRANCHES:
        found = _standard(network, branch, read, labelled, others, healthy)
        for count in DIRECTIONS:
            aucs, log_odds = _out_of_fold(found, labelled, count, seed)
            called = _called(found, old, log_odds, count, seed)
            rows.append((branch.value, count, np.mean(aucs), min(aucs), max(aucs), int(old.sum()), called))
    names = ["branch", "directions", "auc", "auc_least", "auc_most", "healthy", "called"]
    return pd.DataFrame(rows, columns=names)


@torch.inference_mode()
def _standard(
    network: LateFusionNetwork, branch: Branch, read: list[ScanFeatures], labelled: Cohort, others: Cohort, healthy: Cohort
) -> _Read:
    pooling = network.image_branch(branch).pooling
    ours, rest, theirs = (pooling(one.means[branch]).vector.double().numpy() for one in read)
    centre, spread = ours.mean(0), ours.std(0) + 1e-6
    return _Read(
        (ours - centre) / spread,
        labelled.impaired,
        (rest - centre) / spread,
        _facts(others),
        _facts(labelled),
        (theirs - centre) / spread,
        _facts(healthy),
    )


def _facts(cohort: Cohort) -> NDArray[np.float64]:
    """Age in years and whether male, (S, 2)."""
    facts: NDArray[np.float64] = np.column_stack([cohort.table["age_years"].to_numpy(float), cohort.table["sex"] == "M"])
    return facts


def blinding(own: Vectors, own_facts: Vectors, theirs: Vectors, their_facts: Vectors, count: int) -> NDArray[np.float64]:
    """The projection (V, V) that takes out how two scanners differ in people of equal age and sex.

    Args:
        own, theirs: vectors (S, V) of healthy adults of either scanner.
        own_facts, their_facts: age and sex, (S, 2).
        count: directions taken out; see DIRECTIONS.
    """
    vectors = np.vstack([own, theirs])
    age, male = np.vstack([own_facts, their_facts]).T
    decades = (age - COUNTED) / 10
    site = np.repeat([0.0, 1.0], [len(own), len(theirs)])
    design = np.column_stack([np.ones(len(age)), decades, decades**2, male, site, site * decades])
    differing = np.linalg.lstsq(design, vectors, rcond=None)[0][4 : 4 + count]
    found: NDArray[np.float64] = np.eye(vectors.shape[1])
    if count:
        basis = np.linalg.qr(differing.T)[0]
        found = found - basis @ basis.T
    return found


def _without(found: _Read, learning: NDArray[np.intp], theirs: NDArray[np.bool_], count: int) -> NDArray[np.float64]:
    """The projection by the cohort's own unimpaired and unlabelled adults and some of the other scanner's."""
    unimpaired = learning[~found.labels[learning]]
    grown = found.own_facts[:, 0] >= YOUNGEST
    there = theirs & (found.healthy_facts[:, 0] >= YOUNGEST)
    own = np.vstack([found.own[grown], found.labelled[unimpaired]])
    own_facts = np.vstack([found.own_facts[grown], found.labelled_facts[unimpaired]])
    return blinding(own, own_facts, found.healthy[there], found.healthy_facts[there], count)


def _out_of_fold(found: _Read, labelled: Cohort, count: int, seed: int) -> tuple[list[float], NDArray[np.float64]]:
    """AUC of every repeat, and the log-odds of the first."""
    everyone = np.ones(len(found.healthy), dtype=bool)
    repeats = []
    for repeat in range(REPEATS):
        log_odds = np.zeros(len(found.labels))
        for learning, tested in person_folds(labelled, FOLDS, seed + repeat):
            blind = _without(found, learning, everyone, count)
            log_odds[tested] = _head(found.labelled[learning] @ blind, found.labels[learning], seed)(
                found.labelled[tested] @ blind
            )
        repeats.append(log_odds)
    return [float(roc_auc_score(found.labels, one)) for one in repeats], repeats[0]


def _called(found: _Read, old: NDArray[np.bool_], log_odds: NDArray[np.float64], count: int, seed: int) -> int:
    """How many of the healthy adults get one half or more from heads whose directions they did not show."""
    calibration, called = fit_calibration(log_odds, found.labels), 0
    for shown, part in _parts(old, seed):
        blind = _without(found, np.arange(len(found.labels)), shown, count)
        head = _head(found.labelled @ blind, found.labels, seed)
        called += sum(calibration.estimate(float(one)).probability >= 0.5 for one in head(found.healthy[part] @ blind))
    return called


def _parts(old: NDArray[np.bool_], seed: int) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.intp]]]:
    """Everyone but a part of those counted, and that part."""
    places = np.flatnonzero(old)
    for _, part in KFold(PARTS, shuffle=True, random_state=seed).split(places):
        shown = np.ones(len(old), dtype=bool)
        shown[places[part]] = False
        yield shown, places[part]


def _head(vectors: Vectors, labels: NDArray[np.bool_], seed: int) -> Callable[[Vectors], NDArray[np.float64]]:
    """A branch's head as training fits it: from vectors (S, V) to log-odds (S,)."""
    weight, bias = fit_head(vectors.astype(np.float32), labels, HeadConfig(), seed)
    slopes, intercept = (weight[1] - weight[0]).double().numpy(), float(bias[1] - bias[0])

    def log_odds(of: Vectors) -> NDArray[np.float64]:
        found: NDArray[np.float64] = of @ slopes + intercept
        return found

    return log_odds
