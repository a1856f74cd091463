import numpy as np
import torch

from adcore.case.clinical import FIELDS
from adcore.networks.clinical_mlp import MMSE
from adcore.networks.late_fusion import IMAGE_VECTOR, MEMBERS, log_odds_of
from adcore.training.fuse import FuseConfig, FusionData, fill_unknown, fuse, masks_by_inputs


def test_a_naturally_unknown_field_takes_a_donors_value() -> None:
    pool = torch.tensor([[1.0, 5.0], [2.0, 6.0], [9.0, 7.0]])
    pool_known = torch.tensor([[1.0, 1.0], [1.0, 1.0], [0.0, 1.0]])
    values, known = torch.zeros(50, 2), torch.tensor([0.0, 1.0]).repeat(50, 1)
    filled = fill_unknown(values, known, pool, pool_known, torch.Generator().manual_seed(0))
    assert set(filled[:, 0].tolist()) == {1.0, 2.0}
    assert (filled[:, 1] == 0).all()


def test_each_set_of_inputs_hides_the_others() -> None:
    masks = masks_by_inputs(torch.ones(2, len(FIELDS)))
    assert masks["images"].sum() == 0
    assert (masks["no_mmse"][:, MMSE] == 0).all()
    assert masks["no_mmse"].sum() == 2 * (len(FIELDS) - 1)
    assert masks["all"].sum() == 2 * len(FIELDS)


def test_members_learn_from_images_and_differ_from_each_other() -> None:
    generator = torch.Generator().manual_seed(0)
    labels = np.arange(40) % 2 == 1
    images = 3 + 0.1 * torch.randn(1, 40, IMAGE_VECTOR, generator=generator)
    images[0, :, 0] += torch.from_numpy(labels).float()
    values, known = torch.zeros(40, len(FIELDS)), torch.ones(40, len(FIELDS))
    members = fuse(FusionData(images, values, known, labels), FuseConfig(epochs=30), seed=0)
    with torch.inference_mode():
        outputs = [member(images[0], values, torch.zeros_like(known), torch.ones(40, 1))[0] for member in members]
    assert len(outputs) == MEMBERS
    assert not torch.equal(outputs[0], outputs[1])
    margin = torch.stack(outputs).mean(dim=0).diff(dim=1).squeeze(1)
    assert margin[labels].mean() > margin[~labels].mean() + 0.5


def test_what_is_planted_hardly_lowers_an_answer_though_the_labels_would_have_it() -> None:
    """Feature 1 goes with health among the participants; planted atrophy raises it and nothing else."""
    generator = torch.Generator().manual_seed(0)
    labels = np.arange(40) % 2 == 1
    images = 0.3 * torch.randn(1, 40, IMAGE_VECTOR, generator=generator)
    images[0, :, 0] += torch.from_numpy(labels).float()
    images[0, :, 1] -= torch.from_numpy(labels).float()
    values, known = torch.zeros(40, len(FIELDS)), torch.ones(40, len(FIELDS))
    change = torch.zeros(1, IMAGE_VECTOR)
    change[0, 1] = 1.0
    heads = 0.3 * torch.randn(6, IMAGE_VECTOR, generator=generator)
    falls = []
    for planted in (None, change):
        members = fuse(FusionData(images, values, known, labels, planted), FuseConfig(epochs=40), seed=0)
        with torch.inference_mode():
            odds = [
                torch.stack(
                    [log_odds_of(one(vectors, values[:6], torch.zeros(6, len(FIELDS)), torch.ones(6, 1))[0]) for one in members]
                )
                for vectors in (heads, heads + change)
            ]
        falls.append(float((odds[0] - odds[1]).mean()))
    free, bound = falls
    assert free > 0.3
    assert bound < free / 3
