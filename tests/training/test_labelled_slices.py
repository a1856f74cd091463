import torch

from adcore.networks.slice_segmentation import PLANE_PARTS, PlanePartsNetwork
from adcore.training.labelled_slices import join, label_cohort, paint_all
from tests.support.labelled import labelled_planes, wide_labelled_planes
from tests.support.untrained import TINY_PLANES, synthetic_cohort


def network() -> PlanePartsNetwork:
    torch.manual_seed(0)
    return PlanePartsNetwork().eval().requires_grad_(False)


def test_joined_planes_keep_their_place_in_millimetres() -> None:
    wide, narrow = wide_labelled_planes(), labelled_planes()
    both = join([wide, narrow])
    assert len(both) == len(wide) + len(narrow)
    assert torch.equal(both.y_mm, torch.cat([wide.y_mm, narrow.y_mm]))


def test_the_planes_of_some_people_are_theirs_alone() -> None:
    kept = labelled_planes().of(frozenset({"H1"}))
    assert set(kept.people) == {"H1"}
    assert len(kept) == len(TINY_PLANES.t88_slices)


def test_a_cohorts_planes_carry_its_facts_and_the_networks_parts() -> None:
    cohort = synthetic_cohort(labelled=2, others=2)
    labelled = label_cohort(cohort, TINY_PLANES, network())
    assert labelled.facts[:, 0].tolist() == cohort.table["age_years"].repeat(2).tolist()
    assert set(labelled.facts[:, 3].tolist()) <= {0.0, 1.0}
    assert int(labelled.parts.max()) < len(PLANE_PARTS)


def test_painted_channels_do_not_depend_on_the_batch() -> None:
    labelled = labelled_planes()
    assert torch.equal(paint_all(labelled, network(), batch=3), paint_all(labelled, network(), batch=8))
