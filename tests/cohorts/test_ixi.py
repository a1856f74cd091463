from pathlib import Path

import numpy as np
import pytest

from adcore.cohorts.freesurfer import structures_of_freesurfer
from adcore.cohorts.ixi import load_ixi, muse_table, sides_agree, structures_of_muse
from adcore.errors import CohortError
from adcore.prepare.segmentation.structures import CLASSES, Side, label_of


def test_every_part_has_a_number_in_the_atlas_and_no_number_two_parts() -> None:
    table = muse_table()
    assert set(table.values()) == set(range(CLASSES))
    assert len(table) == 149


def test_known_numbers_keep_their_side() -> None:
    found = structures_of_muse(np.array([0, 47, 48, 30, 23, 75, 76, 117]))
    left, right = Side.LEFT, Side.RIGHT
    grey = "deep grey matter"
    assert list(found) == [
        0,
        label_of("hippocampus", right),
        label_of("hippocampus", left),
        label_of(grey, left),
        label_of(grey, right),
        label_of(grey, left),
        label_of(grey, right),
        label_of("parahippocampal gyrus", left),
    ]


def test_a_number_of_another_atlas_is_refused() -> None:
    with pytest.raises(CohortError, match=r"got \[3\]"):
        structures_of_muse(np.array([0, 3, 47]))


def test_freesurfers_numbers_keep_their_side_and_unknown_ones_are_outside() -> None:
    found = structures_of_freesurfer(np.array([17, 53, 1006, 2006, 85, 16]))
    assert list(found) == [
        label_of("hippocampus", Side.LEFT),
        label_of("hippocampus", Side.RIGHT),
        label_of("parahippocampal gyrus", Side.LEFT),
        label_of("parahippocampal gyrus", Side.RIGHT),
        0,
        label_of("brainstem"),
    ]


def test_participants_without_a_row_in_the_table_have_no_age(tmp_path: Path) -> None:
    for folder in ("t1", "dlmuse_seg"):
        (tmp_path / folder).mkdir()
    for person in ("IXI001-X-1", "IXI002-X-2"):
        (tmp_path / "t1" / f"{person}_T1.nii.gz").touch()
        (tmp_path / "dlmuse_seg" / f"{person}_T1_DLMUSE.nii.gz").touch()
    (tmp_path / "t1" / "IXI003-X-3_T1.nii.gz").touch()  # has no labels
    (tmp_path / "participants.csv").write_text("MRID,Age,Sex\nIXI001-X-1,31.5,F\n")
    heads = load_ixi(tmp_path)
    assert [(head.person, head.age_years, head.sex) for head in heads] == [("IXI001-X-1", 31.5, "F"), ("IXI002-X-2", None, None)]


def test_a_folder_without_scans_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CohortError, match="participants"):
        load_ixi(tmp_path)
    (tmp_path / "participants.csv").write_text("MRID,Age,Sex\n")
    with pytest.raises(CohortError, match="found none"):
        load_ixi(tmp_path)


def test_labels_that_call_almost_everything_one_side_are_told() -> None:
    left, right = label_of("cerebellum", Side.LEFT), label_of("cerebellum", Side.RIGHT)
    assert sides_agree(np.array([left, left, right], dtype=np.uint8))
    assert not sides_agree(np.array([left, right, right, right], dtype=np.uint8))
    assert not sides_agree(np.array([right], dtype=np.uint8))
