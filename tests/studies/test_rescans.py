import numpy as np
import pandas as pd
import pytest
from nibabel.affines import apply_affine

from adcore.cohorts.cohort import Cohort
from adcore.errors import CohortError
from adcore.longitudinal.repeatability import ProbabilityRepeat
from adcore.predict import Predictor
from adcore.prepare.volume import canonical, sample, transform_points
from adcore.studies.rescans import SIDES, probability_repeat, rescan, summarise
from adcore.volumetry.findings import MEASURES
from tests.support.builders import as_scan, head
from tests.support.untrained import TINY_SLICES, synthetic_cohort, untrained_card, untrained_network


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(untrained_card(TINY_SLICES), untrained_network())


def test_a_rescan_shows_the_same_head_on_another_grid() -> None:
    import torch

    made = head((3.0, 3.0, 3.0), noise=0.0)
    scan = as_scan(made.voxels, made.affine)
    again = rescan(scan, np.random.default_rng(0))
    assert not np.allclose(again.affine, scan.affine)
    places = torch.from_numpy(np.random.default_rng(1).uniform(-50, 50, (4000, 3)).astype(np.float32))
    values = [
        sample(volume.values[None], transform_points(places, np.linalg.inv(volume.affine)))[0][0].numpy()
        for volume in (canonical(scan), canonical(again))
    ]
    assert np.corrcoef(*values)[0, 1] > 0.93
    assert np.abs(apply_affine(again.affine @ np.linalg.inv(scan.affine), np.zeros(3))).max() < 30


def test_participants_scanned_twice_alike_differ_by_nothing(predictor: Predictor) -> None:
    cohort = twice(synthetic_cohort())
    found = probability_repeat(cohort, predictor, "all")
    assert found.participants == 6
    assert found.log_odds_sd == pytest.approx(0, abs=1e-6)


def test_without_rescans_there_is_a_sentence(predictor: Predictor) -> None:
    with pytest.raises(CohortError, match="scanned twice"):
        probability_repeat(synthetic_cohort(), predictor, "all")


def test_the_spread_of_a_volume_is_that_of_its_logarithms_difference(predictor: Predictor) -> None:
    table = pd.DataFrame({"head": range(400)})
    random = np.random.default_rng(0)
    for name in [f"{measure} {kind}" for measure in MEASURES for kind in ("share", "ml")]:
        for side in SIDES:
            table[f"{name} {side}"] = 5 * np.exp(random.normal(0, 0.02, 400))
    for side in SIDES:
        table[f"log_odds {side}"] = random.normal(0, 0.1, 400)
    table["noise"] = 0.03
    for name in ("similarity", "overlap"):
        table[f"{name} same"], table[f"{name} other"] = 0.98, 0.7
    probability = ProbabilityRepeat(participants=1, source="", slices="", log_odds_sd=0.1, probability_gap=0.01)
    found = summarise(table, probability, predictor, seed=0)
    assert found.volume_sd["hippocampi"] == pytest.approx(0.02 * np.sqrt(2), rel=0.1)
    assert found.simulated_log_odds_sd == pytest.approx(0.1 * np.sqrt(2), rel=0.1)
    assert found.similarity_limit == pytest.approx(0.84)
    assert found.heads == 400


def twice(cohort: Cohort) -> Cohort:
    """Everyone without a label scanned again, to the same pixels."""
    others = cohort.unlabelled()
    table = pd.concat([others.table, others.table.assign(session=others.table["session"] + "_again")], ignore_index=True)
    return Cohort(table, np.concatenate([others.slices, others.slices]), others.t88_slices)
