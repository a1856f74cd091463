import numpy as np
import pytest
from nibabel.affines import apply_affine

from adcore.case.clinical import ClinicalRecord
from adcore.prepare.segmentation.structures import Side
from adcore.viewer.regions import region_table
from tests.support.builders import BALLS_MM
from tests.support.fakes import fake_analysis, head_scan

RECORD = ClinicalRecord(mmse=20)


def test_each_region_is_entered_at_a_voxel_of_its_own() -> None:
    analysis = fake_analysis(head_scan(spacing_mm=(2.0, 2.0, 2.0)), RECORD)
    table = region_table(analysis)
    assert table is not None
    assert {region.structure.kind for region in table.regions} == set(BALLS_MM)
    for region in table.regions:
        assert analysis.prepared.structures[region.voxel] == region.label
        x_mm = apply_affine(analysis.prepared.voxels_to_atlas, np.array(region.voxel))[0]
        assert (x_mm < 0) == (region.structure.side is Side.LEFT)


def test_regions_come_with_volume_and_shares_of_both_networks_the_strongest_first() -> None:
    analysis = fake_analysis(head_scan(), RECORD)
    table = region_table(analysis)
    assert table is not None
    first = table.regions[0]
    assert (first.structure.kind, dict(first.shares)) == ("hippocampus", {"vgg16": 1.0, "resnet50": 0.0})
    assert first.ml == pytest.approx(analysis.prepared.volume_ml((first.label,)))
    shares = {region.structure.name: region.shares["resnet50"] for region in table.regions}
    assert (shares["left amygdala"], shares["right amygdala"]) == (0.5, 0.0)
    assert [region.structure.kind for region in table.regions[:4]] == ["hippocampus"] * 2 + ["amygdala"] * 2
    assert table.outside == {"vgg16": 0.0, "resnet50": 0.3}


def test_a_network_without_saliency_has_no_share_anywhere() -> None:
    table = region_table(fake_analysis(head_scan(), RECORD, saliency=False))
    assert table is not None
    assert table.outside == {"vgg16": None, "resnet50": None}
    assert all(not region.shares for region in table.regions)


def test_a_refused_scan_has_no_table() -> None:
    assert region_table(fake_analysis(head_scan(), RECORD, fit=False)) is None
