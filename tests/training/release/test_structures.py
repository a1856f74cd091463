from pathlib import Path

import pytest

from adcore.cohorts.ixi import LabelledSubject
from adcore.training.release import structures
from adcore.training.release.structures import Split


def test_every_subject_is_trained_on_or_held_out_unless_the_labels_are_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    subjects = [LabelledSubject(f"P{age}", Path(), Path(), float(age), "F") for age in range(20, 32)]
    broken = {"P21", "P24"}
    monkeypatch.setattr(structures, "with_sound_sides", lambda all_of: tuple(one for one in all_of if one.person not in broken))
    split = Split.of(subjects, fold=1)
    assert [one.person for one in split.held_out] == ["P26", "P31"]  # P21 is the first of every fifth by age, but broken
    assert {one.person for one in split.trained_on} == {one.person for one in subjects} - {"P26", "P31"} - broken
    assert split.left_out == ("P21", "P24")
