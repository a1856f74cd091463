import numpy as np
import pandas as pd
import pytest
from nibabel.affines import apply_affine, voxel_sizes

from adcore.errors import CohortError
from adcore.evaluation.segmentation.agreement import Agreement, summarise
from adcore.evaluation.segmentation.degradations import CONDITIONS, LabelledScan
from adcore.prepare.segmentation.structures import Side, label_of, labels_of
from adcore.prepare.volume import dice
from tests.support.builders import as_scan, head


@pytest.fixture(scope="module")
def labelled() -> LabelledScan:
    made = head((3.0, 3.0, 3.0))
    labels = np.where(made.voxels > 0.4, label_of("white matter", Side.LEFT), 0).astype(np.uint8)
    x, y, z = np.moveaxis(apply_affine(made.affine, np.moveaxis(np.indices(labels.shape), 0, -1)), -1, 0)
    for side, of_side in ((Side.LEFT, x < 0), (Side.RIGHT, x >= 0)):
        middle = of_side & (np.abs(x) < 14) & (np.abs(y) < 25) & (z > 5) & (z < 25)
        labels[middle] = label_of("lateral ventricle", side)
    return LabelledScan(as_scan(made.voxels, made.affine), labels, made.affine)


def degrade(name: str, labelled: LabelledScan) -> LabelledScan:
    return CONDITIONS[name](labelled, np.random.default_rng(0))


@pytest.mark.parametrize("name", CONDITIONS)
def test_the_same_seed_degrades_alike(name: str, labelled: LabelledScan) -> None:
    one, other = degrade(name, labelled), degrade(name, labelled)
    assert np.array_equal(one.scan.voxels, other.scan.voxels)
    assert np.array_equal(one.labels, other.labels)


def test_thick_slices_are_five_millimetres_and_lie_where_they_lay(labelled: LabelledScan) -> None:
    thick = degrade("slices of 5 mm", labelled).scan
    assert voxel_sizes(thick.affine) == pytest.approx([3, 3, 5])
    weights = thick.voxels / thick.voxels.sum()
    centre = apply_affine(thick.affine, [(np.indices(thick.voxels.shape)[axis] * weights).sum() for axis in range(3)])
    whole = labelled.scan.voxels / labelled.scan.voxels.sum()
    truth = apply_affine(labelled.scan.affine, [(np.indices(whole.shape)[axis] * whole).sum() for axis in range(3)])
    assert centre == pytest.approx(truth, abs=1.0)


def test_turning_moves_scan_and_labels_together(labelled: LabelledScan) -> None:
    turned = degrade("rotated by 20 degrees about two axes", labelled)
    assert np.array_equal(turned.scan.affine, turned.labels_affine)
    cosine = turned.scan.affine[:3, 0] @ labelled.scan.affine[:3, 0] / 9
    assert np.degrees(np.arccos(cosine)) > 15


@pytest.mark.parametrize(("name", "lost_mm"), [("30 mm cut off from above", 30), ("40 mm cut off from below", 40)])
def test_a_cut_takes_slices_and_their_labels(name: str, lost_mm: float, labelled: LabelledScan) -> None:
    cut = degrade(name, labelled)
    heights = [apply_affine(part.labels_affine, np.argwhere(part.labels > 0))[:, 2] for part in (labelled, cut)]
    spans = [np.ptp(values) for values in heights]
    assert spans[0] - spans[1] == pytest.approx(lost_mm, abs=6)
    assert cut.scan.voxels.shape[2] < labelled.scan.voxels.shape[2]


def test_planted_atrophy_changes_scan_and_labels_and_needs_labels_on_the_scans_own_grid(labelled: LabelledScan) -> None:
    wide, opened = degrade("planted: lateral ventricles", labelled), degrade("planted: hippocampi and horns", labelled)
    ventricles, horns = (list(labels_of(kind)) for kind in ("lateral ventricle", "inferior horn"))
    assert np.isin(wide.labels, ventricles).sum() > 1.2 * np.isin(labelled.labels, ventricles).sum()
    assert np.isin(opened.labels, horns).sum() > 20
    assert not np.array_equal(opened.scan.voxels, labelled.scan.voxels)
    coarse = LabelledScan(labelled.scan, labelled.labels[::2], labelled.labels_affine)
    with pytest.raises(CohortError, match="own grid"):
        degrade("planted: lateral ventricles", coarse)


def test_agreement_tells_how_much_is_found_beside_how_much_is_labelled() -> None:
    found, labelled = np.array([True, True, True, False]), np.array([True, True, False, False])
    assert Agreement.of(found, labelled) == Agreement(0.8, 1.5)
    assert np.isnan(Agreement.of(found, ~found & found).volume_ratio)


def test_dice_of_half_an_overlap() -> None:
    one, other = np.array([True, True, False]), np.array([False, True, True])
    assert dice(one, other) == 0.5
    assert np.isnan(dice(one & other & ~one, np.zeros(3, bool)))


def test_a_summary_is_the_mean_over_participants_inside_its_interval() -> None:
    rows = [(f"p{i}", "as scanned", "hippocampus", 0.8 + 0.01 * i) for i in range(10)]
    table = pd.DataFrame(rows, columns=["person", "condition", "structure", "dice"])
    found = summarise(table, seed=0)["as scanned"]["hippocampus"]
    assert found.value == pytest.approx(0.845)
    assert found.low < found.value < found.high
