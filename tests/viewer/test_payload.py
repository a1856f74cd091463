import gzip
import json
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from nibabel.affines import apply_affine

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.explain.explanation import SaliencyMethod
from adcore.prepare.slices import slice_affine
from adcore.viewer.overlays import ZERO, Overlay, attention_overlays
from adcore.viewer.payload import viewer_payload, volume_payload
from tests.support.builders import MARKER_MM, as_scan, head, reorient, tiny_volume
from tests.support.fakes import fake_analysis, head_scan

RECORD = ClinicalRecord(mmse=20)


@pytest.fixture(scope="module")
def scan() -> Scan:
    return head_scan(spacing_mm=(4.0, 4.0, 4.0))


def unpack(payload: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What the browser reads: the header, and each volume as (x, y, z)."""
    (length,) = struct.unpack_from("<I", payload)
    header = json.loads(payload[4 : 4 + length])
    volumes, offset = {}, 4 + length
    for blob in header["blobs"]:
        data = payload[offset : offset + blob["size"]]
        offset += blob["size"]
        cells = {f"{overlay['name']}_cells": overlay["cells"]["dim"] for overlay in header["overlays"] if overlay["cells"]}
        own = cells | ({"labels": header["structures"]["dim"]} if header["structures"] else {})
        shape = own.get(blob["name"], header["dim"])
        if blob["gzip"]:
            volumes[blob["name"]] = np.frombuffer(gzip.decompress(data), np.uint8).reshape(shape, order="F")
        else:
            volumes[blob["name"]] = np.frombuffer(data, np.uint8)
    assert offset == len(payload)
    return header, volumes


def test_intensities_come_back_within_one_step(scan: Scan) -> None:
    header, volumes = unpack(viewer_payload(scan))
    low, high = header["intensity"]["low"], header["intensity"]["high"]
    shown = low + volumes["t1"] / 255 * (high - low)
    np.testing.assert_allclose(shown, np.clip(scan.voxels, low, high), atol=(high - low) / 250)


def test_the_marked_left_voxel_lands_on_the_left_in_any_voxel_order() -> None:
    made = head((4.0, 4.0, 4.0), marker=0.0)
    moved = as_scan(*reorient(made.voxels, made.affine, (2, 0, 1), (True, True, False)))
    header, volumes = unpack(viewer_payload(moved))
    x, y, z = np.rint(apply_affine(np.linalg.inv(header["affine"]), made.marker_mm)).astype(int)
    assert MARKER_MM[0] < 0
    assert x < header["dim"][0] / 2
    mirrored = volumes["t1"][header["dim"][0] - 1 - x, y, z]
    assert int(volumes["t1"][x, y, z]) < int(mirrored) - 100


def test_without_an_analysis_there_is_no_overlay_and_no_atlas(scan: Scan) -> None:
    header, volumes = unpack(viewer_payload(scan))
    assert header["overlays"] == []
    assert header["to_atlas"] is None
    assert {name for name in volumes if not name.startswith("colours_")} == {"t1"}


def test_maps_keep_their_raw_scale_and_clip_at_the_fixed_maximum(scan: Scan) -> None:
    analysis = fake_analysis(scan, RECORD)
    assert analysis.explanation is not None
    _, volumes = unpack(viewer_payload(scan, analysis))
    for branch in IMAGE_BRANCHES:
        expected = np.clip(analysis.explanation.heatmaps[branch], 0, 1) * 255
        np.testing.assert_allclose(volumes[branch.value], expected, atol=1)
    assert volumes[Branch.VGG16.value].max() < 230  # its peak of 0.8 is not stretched to the top colour
    assert volumes[Branch.RESNET50.value].max() == 255  # its peak of 1.4 is over the maximum


def test_a_network_without_positive_saliency_is_marked(scan: Scan) -> None:
    header, _ = unpack(viewer_payload(scan, fake_analysis(scan, RECORD, saliency=False)))
    assert [overlay["positive"] for overlay in header["overlays"]] == [False, False]


def test_a_signed_map_is_drawn_on_both_sides_of_zero_and_a_withheld_one_says_why(scan: Scan) -> None:
    analysis = fake_analysis(scan, RECORD)
    assert analysis.explanation is not None
    silent = {**analysis.explanation.heatmaps, Branch.VGG16: np.zeros_like(analysis.explanation.heatmaps[Branch.VGG16])}
    signed = replace(
        analysis.explanation, heatmaps=silent, method=SaliencyMethod.RELATIVE, withheld={Branch.VGG16: "It failed its test."}
    )
    vgg16, resnet50 = attention_overlays(replace(analysis, explanation=signed))
    assert (vgg16.positive, resnet50.positive) == (False, True)
    assert vgg16.caption == "It failed its test. So no map of VGG16 is shown."
    assert "relative to unimpaired participants" in resnet50.caption
    assert resnet50.signed
    stored = resnet50.stored(resnet50.values)
    assert (stored[resnet50.values < -0.01] < ZERO).all()
    assert (stored[resnet50.values == 0] == ZERO).all()


def test_the_top_slice_is_the_one_with_the_most_saliency(scan: Scan) -> None:
    analysis = fake_analysis(scan, RECORD)
    header, _ = unpack(viewer_payload(scan, analysis))
    y_mm = analysis.prepared.config.slices.y_mm
    tops = {overlay["name"]: apply_affine(header["to_atlas"], overlay["top_voxel"]) for overlay in header["overlays"]}
    for branch, middle in (("vgg16", y_mm[-1]), ("resnet50", y_mm[0])):
        tilted = middle + np.tan(np.deg2rad(-1.1)) * 26  # 26 mm to the right of the midline, on slices yawed by -1.1 degrees
        assert tops[branch][1] == pytest.approx(tilted, abs=4.0)  # one voxel


def test_top_slices_are_met_where_they_are_tilted() -> None:
    scan = head_scan(spacing_mm=(4.0, 0.5, 4.0))
    analysis = fake_analysis(scan, RECORD)
    config = analysis.prepared.config.slices
    header, _ = unpack(viewer_payload(scan, analysis))
    places = {overlay["name"]: apply_affine(header["to_atlas"], overlay["top_voxel"]) for overlay in header["overlays"]}
    # up to one voxel towards the other slices, and a tenth for the roundness of x and z
    assert -0.6 < apply_affine(slice_affine(config), places["vgg16"])[0] - (len(config.y_mm) - 1) < 0.1
    assert -0.1 < apply_affine(slice_affine(config), places["resnet50"])[0] < 0.6


def test_a_refused_scan_shows_outlines_but_neither_map_nor_atlas_position(scan: Scan) -> None:
    analysis = fake_analysis(scan, RECORD, fit=False)
    header, volumes = unpack(viewer_payload(scan, analysis))
    assert header["overlays"] == []
    assert header["to_atlas"] is None
    assert header["resliced"] is None
    np.testing.assert_array_equal(volumes["labels"], analysis.prepared.segmentation.labels)


def test_a_scan_without_an_answer_for_its_age_alone_is_resliced_too(scan: Scan) -> None:
    header, _ = unpack(viewer_payload(scan, fake_analysis(scan, RECORD, trained=False)))
    assert header["overlays"] == []
    assert header["resliced"]["to_atlas"]


def test_an_analysed_scan_opens_on_the_network_slice_with_the_most_saliency(scan: Scan) -> None:
    header, volumes = unpack(viewer_payload(scan, fake_analysis(scan, RECORD)))
    resliced = header["resliced"]
    tops = [overlay["top_voxel"][1] for overlay in resliced["overlays"]]
    assert tops == resliced["network_planes"][::-1]  # VGG16's is the last slice, ResNet50's the first and stronger one
    assert resliced["start"][1] == tops[1]
    cells = resliced["overlays"][0]["cells"]
    place = np.rint(apply_affine(cells["to_cells"], apply_affine(np.linalg.inv(resliced["affine"]), (-30.0, -22.0, -10.0))))
    assert volumes["vgg16_cells"][tuple(place.astype(int))] > 0  # the stand-in's map lies on the patient's left


def test_neck_and_shoulders_are_out_of_the_picture_at_first() -> None:
    voxels = np.full((40, 40, 80), 0.1, np.float32)
    voxels[10:30, 10:30, 20:75] = 1.0  # a head of 60 mm
    voxels[2:38, 5:35, :20] = 1.0  # wide shoulders, 220 mm and more under the vertex
    header, _ = unpack(viewer_payload(as_scan(voxels, np.diag([4.0, 4.0, 4.0, 1.0]))))
    (left, right), _, (low, _) = header["focus"]
    assert low > 20
    assert 2 < left < right < 38


def test_the_key_follows_the_content(scan: Scan) -> None:
    key = unpack(viewer_payload(scan))[0]["key"]
    assert key == unpack(viewer_payload(scan))[0]["key"]
    assert key != unpack(viewer_payload(scan, fake_analysis(scan, RECORD)))[0]["key"]
    assert key != unpack(viewer_payload(head_scan(1, spacing_mm=(4.0, 4.0, 4.0))))[0]["key"]


def test_synthetic_scans_say_so(scan: Scan) -> None:
    assert unpack(viewer_payload(scan))[0]["synthetic"]


def test_a_tiny_oblique_volume_can_be_packed() -> None:
    header, volumes = unpack(viewer_payload(as_scan(*tiny_volume())))
    assert volumes["t1"].shape == tuple(header["dim"])
    assert header["oblique_degrees"] > 1


def test_the_focus_box_holds_the_head(scan: Scan) -> None:
    header, volumes = unpack(viewer_payload(scan))
    bright = np.argwhere(volumes["t1"] > 128)
    for axis, (low, high) in enumerate(header["focus"]):
        assert 0 <= low <= bright[:, axis].min()
        assert bright[:, axis].max() < high <= header["dim"][axis]


def test_a_signed_map_keeps_zero_in_the_middle_of_its_scale(scan: Scan) -> None:
    values = np.zeros(scan.voxels.shape, np.float32)
    values[1, 2, 3], values[3, 2, 1], values[2, 2, 2] = 1.0, -4.0, -0.5
    header, volumes = unpack(volume_payload(scan, [Overlay("change", "Change", values, 2.0, "Late less early.", signed=True)]))
    assert header["overlays"][0]["signed"]
    shown = {int(byte) for byte in np.unique(volumes["change"])}
    assert shown == {1, 96, 128, 192}  # clipped at -2, -0.5, 0, 1


def test_labels_travel_on_their_own_grid(scan: Scan) -> None:
    analysis = fake_analysis(scan, RECORD)
    header, volumes = unpack(viewer_payload(scan, analysis))
    np.testing.assert_array_equal(volumes["labels"], analysis.prepared.segmentation.labels)
    assert header["regions"]["networks"][1]["outside"] == 0.3


def test_scans_of_one_space_say_so(scan: Scan) -> None:
    other = head_scan(1, spacing_mm=(4.0, 4.0, 4.0))
    shared = [unpack(volume_payload(each, space="half-way"))[0] for each in (scan, other)]
    assert [(header["space"], header["resampled"]) for header in shared] == [("half-way", True)] * 2
    assert unpack(volume_payload(scan))[0]["space"] != unpack(volume_payload(other))[0]["space"]
