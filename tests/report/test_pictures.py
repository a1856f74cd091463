from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan, SourceFormat
from adcore.report import pictures
from adcore.report.outlined import outlined_pictures
from adcore.report.pictures import key_pictures
from tests.report.conftest import RECORD
from tests.support.builders import as_scan, head, reorient, rotation
from tests.support.fakes import fake_analysis, head_scan

ON_PAPER = (59.0, 76.0)


@pytest.fixture(scope="module")
def bright() -> Scan:
    """A head whose brightest voxels by far lie in its left hemisphere, on the networks' slices."""
    made = head((3.0, 3.0, 3.0), marker=3.0)
    return as_scan(made.voxels, made.affine)


def views(scan: Scan) -> dict[str, NDArray[np.uint8]]:
    """Grey values of the three views by title, before they are framed."""
    return {view.title: view.colours[..., 0] for view in pictures.views(fake_analysis(scan, RECORD))}


def centre_of_brightest(grey: NDArray[np.uint8]) -> tuple[float, float]:
    """Row and column of the brightest pixels as shares of the picture."""
    rows, columns = np.nonzero(grey >= 255)
    return float(rows.mean() / grey.shape[0]), float(columns.mean() / grey.shape[1])


@pytest.mark.parametrize(
    ("order", "flips"), [((0, 1, 2), (False, False, False)), ((2, 0, 1), (True, False, True)), ((1, 2, 0), (False, True, True))]
)
def test_the_patients_left_is_on_the_right_of_the_picture_whatever_the_voxel_order(bright: Scan, order, flips) -> None:
    scan = as_scan(*reorient(bright.voxels, bright.affine, order, flips))
    row, column = centre_of_brightest(views(scan)["Coronal, T1"])
    assert column > 0.6  # 30 mm left of the middle
    assert row < 0.5  # 28 mm up
    straight = views(bright)
    for title, grey in views(scan).items():
        np.testing.assert_allclose(grey.astype(int), straight[title].astype(int), atol=8)  # placed some hundredths of a mm apart


def test_the_map_lies_on_the_side_where_the_saliency_is(bright: Scan) -> None:
    analysis = fake_analysis(bright, RECORD)  # its maps peak in the patient's left half
    assert analysis.explanation is not None
    raw = pictures.views(analysis)[0]
    branch = next(iter(analysis.explanation.slice_maps))
    shown = pictures._overlaid(raw, analysis.explanation, branch, 5).colours
    share = pictures._on_pixels(analysis.explanation.slice_maps[branch][5], raw)
    rows, columns = np.nonzero(share == share.max())
    assert columns.min() > share.shape[1] / 2
    assert (shown[rows, columns] != raw.colours[rows, columns]).any(axis=1).all()


def test_a_pictures_proportions_are_those_of_the_head_and_not_of_the_voxels() -> None:
    made, flat = head((3.0, 3.0, 3.0)), head((3.0, 3.0, 6.0))
    sizes = [
        [picture.image.size for picture in key_pictures(fake_analysis(as_scan(h.voxels, h.affine), RECORD), ON_PAPER)]
        for h in (made, flat)
    ]
    np.testing.assert_allclose(sizes[0], sizes[1], atol=6 * 2 * pictures.PIXELS_PER_MM)


def test_an_oblique_head_is_drawn_along_the_networks_plane(bright: Scan) -> None:
    """The atlas still fits the head after it was turned in the scanner, so the coronal picture does not change."""
    turn = rotation(18, 0, 0)
    analysis = fake_analysis(as_scan(bright.voxels, turn @ bright.affine), RECORD)
    turned = replace(analysis, prepared=replace(analysis.prepared, atlas_to_scan=turn))
    straight = pictures.views(fake_analysis(bright, RECORD))[0].colours
    np.testing.assert_allclose(pictures.views(turned)[0].colours.astype(int), straight.astype(int), atol=2)


def test_where_the_file_does_not_tell_the_sides_no_letter_claims_one(bright: Scan) -> None:
    silent = replace(bright, sides_known=False)
    for view in pictures.views(fake_analysis(silent, RECORD)):
        assert not {"L", "R"} & set("".join(view.letters))


def test_no_positive_saliency_is_said_and_not_drawn(bright: Scan) -> None:
    found = key_pictures(fake_analysis(bright, RECORD, saliency=False), ON_PAPER)
    assert [picture.title for picture in found[3:]] == [
        "Coronal, VGG16: no positive saliency",
        "Coronal, ResNet50: no positive saliency",
    ]
    raw = np.asarray(found[0].image)
    beside_the_letters = slice(60, raw.shape[0] // 3), slice(40, -40)
    np.testing.assert_array_equal(np.asarray(found[3].image)[beside_the_letters], raw[beside_the_letters])


def test_a_refused_scan_has_three_raw_slices(refused: Analysis) -> None:
    assert [picture.title for picture in key_pictures(refused, ON_PAPER)] == ["Coronal, T1", "Sagittal, T1", "Axial, T1"]
    assert "MNI" not in key_pictures(refused, ON_PAPER)[0].alt


def test_the_colours_depend_on_the_fixed_scale_and_not_on_the_patients_maximum(bright: Scan) -> None:
    analysis = fake_analysis(bright, ClinicalRecord())
    assert analysis.explanation is not None
    weak = replace(analysis.explanation, slice_maps={b: maps / 2 for b, maps in analysis.explanation.slice_maps.items()})
    raw = pictures.views(analysis)[0]
    branch = next(iter(weak.slice_maps))
    strong_colours = pictures._overlaid(raw, analysis.explanation, branch, 5).colours
    assert (pictures._overlaid(raw, weak, branch, 5).colours != strong_colours).any()


def test_both_hippocampi_are_outlined_where_they_lie_on_both_planes(bright: Scan) -> None:
    analysis = fake_analysis(bright, RECORD)
    brain = np.zeros(bright.voxels.shape, bool)
    brain[5:-5, 5:-5, 5:-5] = True
    outlined = outlined_pictures(replace(analysis, prepared=replace(analysis.prepared, brain_mask=brain)), ON_PAPER)
    for picture in outlined:
        assert "hippocampi outlined" in picture.title
        red, green, blue = np.moveaxis(np.asarray(picture.image).astype(int), -1, 0)
        columns = np.nonzero((green > red + 60) & (green > blue + 25))[1]
        middle = picture.image.width / 2
        assert (columns < middle).sum() > 20
        assert (columns > middle).sum() > 20


def test_a_refused_scan_is_shown_as_scanned_without_outlines(refused: Analysis) -> None:
    assert [picture.title for picture in outlined_pictures(refused, ON_PAPER)] == ["Coronal, T1", "Axial, T1"]


def test_a_picture_of_a_synthetic_head_says_so_and_another_s_does_not(bright: Scan) -> None:
    synthetic = key_pictures(fake_analysis(head_scan(), RECORD), ON_PAPER)
    real = key_pictures(fake_analysis(replace(bright, source_format=SourceFormat.NIFTI), RECORD), ON_PAPER)
    assert all("synthetic head" in picture.alt for picture in synthetic)
    assert not any("synthetic" in picture.alt for picture in real)
    assert (np.asarray(synthetic[1].image)[4:24, 6:100] > 200).sum() > 100
