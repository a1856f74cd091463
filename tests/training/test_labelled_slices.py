import torch

from adcore.networks.slice_segmentation import SLICE_STRUCTURES, SliceSegmentationNetwork
from adcore.training.labelled_slices import join, label_cohort, paint_all
from tests.support.labelled import labelled_slices, wide_labelled_slices
from tests.support.untrained import TINY_SLICES, synthetic_cohort


def network() -> SliceSegmentationNetwork:
    torch.manual_seed(0)
    return SliceSegmentationNetwork().eval().requires_grad_(False)


def test_joined_slices_keep_their_place_in_millimetres() -> None:
    wide, narrow = wide_labelled_slices(), labelled_slices()
    both = join([wide, narrow])
    assert len(both) == len(wide) + len(narrow)
    assert torch.equal(both.y_mm, torch.cat([wide.y_mm, narrow.y_mm]))


def test_the_slices_of_some_participants_are_theirs_alone() -> None:
    kept = labelled_slices().of(frozenset({"H1"}))
    assert set(kept.participants) == {"H1"}
    assert len(kept) == len(TINY_SLICES.t88_slices)


def test_a_cohorts_slices_carry_its_facts_and_the_networks_structures() -> None:
    cohort = synthetic_cohort(labelled=2, others=2)
    labelled = label_cohort(cohort, TINY_SLICES, network())
    assert labelled.facts[:, 0].tolist() == cohort.table["age_years"].repeat(2).tolist()
    assert set(labelled.facts[:, 3].tolist()) <= {0.0, 1.0}
    assert int(labelled.structures.max()) < len(SLICE_STRUCTURES)


def test_painted_channels_do_not_depend_on_the_batch() -> None:
    labelled = labelled_slices()
    assert torch.equal(paint_all(labelled, network(), batch=3), paint_all(labelled, network(), batch=8))
