from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adcore.cohorts.cohort import COLUMNS, Cohort
from adcore.errors import CohortError
from adcore.prepare.slices import SliceConfig, slice_mask
from adcore.studies.atlas_pictures import draw_histograms, draw_slices
from adcore.studies.slice_agreement import age_weights, compare_slices

CONFIG = SliceConfig(t88_slices=(92, 97))
MASK = slice_mask(CONFIG)


def cohort(slices: np.ndarray, ages: list[float]) -> Cohort:
    table = pd.DataFrame({name: [np.nan] * len(ages) for name in COLUMNS}).assign(age_years=ages, session=range(len(ages)))
    return Cohort(table, slices, CONFIG.t88_slices)


def participants(count: int, seed: int = 0, noise: float = 0.05) -> np.ndarray:
    """Planes of a common lopsided pattern with noise of each person's own."""
    rng = np.random.default_rng(0)
    pattern = rng.uniform(0.2, 1.0, MASK.shape)
    stack = pattern + np.random.default_rng(seed).normal(0, noise, (count, *MASK.shape))
    return np.where(MASK, stack.clip(0, 1.4), 0).astype(np.float32)


def test_weights_sum_to_one_and_bring_the_cohort_to_the_heads_age() -> None:
    ages = np.linspace(60, 95, 71)
    weights = age_weights(ages, np.array([70.0, 80.0]))
    assert weights.sum() == pytest.approx(1)
    assert weights @ ages == pytest.approx(75, abs=0.1)


def test_a_head_far_older_than_everybody_takes_the_nearest_participants() -> None:
    assert age_weights(np.array([60.0, 65.0]), np.array([200.0])) == pytest.approx([0, 1], abs=1e-6)


def test_the_same_pattern_agrees_and_its_mirror_image_does_not() -> None:
    reference = cohort(participants(6, seed=1), [60, 64, 68, 72, 76, 80])
    ages = np.array([62.0, 70.0, 78.0])
    alike = compare_slices(participants(3, seed=2), ages, reference, CONFIG)
    mirrored = compare_slices(participants(3, seed=2)[:, :, :, ::-1], ages, reference, CONFIG)
    assert alike.inside > 0.97
    assert min(alike.by_slice) > 0.97
    assert alike.unmirrored == 3
    assert mirrored.inside < 0.5
    assert mirrored.unmirrored == 0


def test_the_black_surroundings_flatter_the_correlation_over_the_whole_picture() -> None:
    found = compare_slices(
        participants(3, seed=2, noise=0.4), np.full(3, 70.0), cohort(participants(4, seed=1), [70] * 4), CONFIG
    )
    assert found.whole > found.inside


def test_densities_are_those_of_the_pixels_inside_the_outline() -> None:
    flat = np.where(MASK, 0.71, 0).astype(np.float32)[None]
    found = compare_slices(
        flat + np.where(MASK, participants(1) * 1e-6, 0), np.array([70.0]), cohort(participants(2), [70, 71]), CONFIG
    )
    width = found.edges[1] - found.edges[0]
    assert found.cohort_density.sum() * width == pytest.approx(1)
    peak = int(found.heads_density.argmax())
    assert found.edges[peak] <= 0.71 <= found.edges[peak + 1]


def test_an_empty_group_is_refused() -> None:
    with pytest.raises(CohortError, match="scans in both groups"):
        compare_slices(np.zeros((0, *MASK.shape), np.float32), np.zeros(0), cohort(participants(2), [70, 71]), CONFIG)


def test_the_pictures_are_drawn(tmp_path: Path) -> None:
    found = compare_slices(participants(2), np.full(2, 70.0), cohort(participants(3), [70] * 3), CONFIG)
    draw_slices(found, tmp_path / "slices.png")
    draw_histograms(found, tmp_path / "histograms.png")
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in ("slices.png", "histograms.png"))
