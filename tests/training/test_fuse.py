import torch

from adcore.clinical import FIELDS
from adcore.networks.clinical_mlp import MMSE
from adcore.training.early_stopping import EarlyStopping
from adcore.training.fuse import fill_unknown, masks_by_inputs


def test_a_naturally_unknown_field_takes_a_donors_value() -> None:
    pool = torch.tensor([[1.0, 5.0], [2.0, 6.0], [9.0, 7.0]])
    pool_known = torch.tensor([[1.0, 1.0], [1.0, 1.0], [0.0, 1.0]])
    values, known = torch.zeros(50, 2), torch.tensor([0.0, 1.0]).repeat(50, 1)
    filled = fill_unknown(values, known, pool, pool_known, torch.Generator().manual_seed(0))
    assert set(filled[:, 0].tolist()) == {1.0, 2.0}
    assert (filled[:, 1] == 0).all()


def test_the_three_ways_of_reporting_hide_what_they_say() -> None:
    masks = masks_by_inputs(torch.ones(2, len(FIELDS)))
    assert masks["images"].sum() == 0
    assert (masks["no_mmse"][:, MMSE] == 0).all()
    assert masks["no_mmse"].sum() == 2 * (len(FIELDS) - 1)
    assert masks["all"].sum() == 2 * len(FIELDS)


def test_early_stopping_brings_the_best_weights_back() -> None:
    network = torch.nn.Linear(1, 1)
    stopping = EarlyStopping(network, patience=2)
    for value, loss in ((1.0, 0.5), (2.0, 0.3), (3.0, 0.4)):
        torch.nn.init.constant_(network.weight, value)
        assert not stopping.stop_after(loss)
    torch.nn.init.constant_(network.weight, 4.0)
    assert stopping.stop_after(0.6)
    stopping.restore_best()
    assert network.weight.item() == 2.0
