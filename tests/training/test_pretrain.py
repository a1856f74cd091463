import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import multiprocessing

from adcore.answer.prediction import Branch
from adcore.networks.slice_segmentation import SLICE_STRUCTURES, SliceSegmentationNetwork
from adcore.training import distributed
from adcore.training.labelled_slices import paint_all
from adcore.training.pretrain import (
    MEASURED,
    SHARES,
    AnatomySet,
    PretrainConfig,
    anatomy_loss,
    anatomy_set,
    pretrain,
    structure_shares,
)
from tests.support.interrupted import interrupted_after_one_checkpoint
from tests.support.labelled import labelled_slices
from tests.support.untrained import TINY_SLICES

CONFIG = PretrainConfig(sizes=(32,), steps=(2,), batch=4, save_every=1)


def anatomy() -> AnatomySet:
    torch.manual_seed(0)
    labelled = labelled_slices()
    channels = paint_all(labelled, SliceSegmentationNetwork().eval())
    return anatomy_set(labelled, channels, TINY_SLICES.t88_slices, torch.ones(len(labelled)))


def test_shares_of_a_cell_add_up_and_name_their_structure() -> None:
    structures = torch.zeros(1, 8, 8, dtype=torch.uint8)
    structures[:, :4, :4] = SLICE_STRUCTURES.index("hippocampus")
    structures[:, :4, 4:] = SLICE_STRUCTURES.index("amygdala")
    shares = structure_shares(structures, 2)
    assert torch.allclose(shares.sum(dim=1), torch.ones(1, 2, 2))
    assert shares[0, 2 + MEASURED.index("hippocampus"), 0, 0] == 1
    assert shares[0, 1, 0, 1] == 1
    assert shares[0, 0, 1].tolist() == [1, 1]


def test_the_true_anatomy_has_no_loss() -> None:
    learned = anatomy()
    shares = structure_shares(learned.labelled.structures, 2)
    cells = torch.zeros(len(shares), SHARES + 4, 2, 2)
    cells[:, :SHARES] = (shares - learned.area_centre.view(1, -1, 1, 1)) / learned.area_spread.view(1, -1, 1, 1)
    cells[:, SHARES:-1] = learned.facts[:, :-1].view(-1, 3, 1, 1)
    cells[:, -1] = 100 * (learned.facts[:, -1] - 0.5).view(-1, 1, 1)
    true = anatomy_loss(cells, cells.mean((2, 3)), shares, learned.facts, learned, CONFIG)
    assert float(true) == pytest.approx(0, abs=1e-6)
    assert anatomy_loss(cells + 0.1, cells.mean((2, 3)), shares, learned.facts, learned, CONFIG) > 1e-4


def test_unknown_facts_teach_nothing() -> None:
    learned = anatomy()
    shares = structure_shares(learned.labelled.structures, 2)
    cells = torch.zeros(len(shares), SHARES + 4, 2, 2)
    unknown = torch.full_like(learned.facts, float("nan"))
    without = anatomy_loss(cells, cells.mean((2, 3)), shares, unknown, learned, CONFIG)
    cells[:, SHARES:] = 5.0
    assert torch.equal(anatomy_loss(cells, cells.mean((2, 3)), shares, unknown, learned, CONFIG), without)


@pytest.mark.slow
def test_pretraining_resumes_in_the_middle_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    learned = anatomy()
    whole = pretrain(Branch.RESNET50, learned, CONFIG, tmp_path / "whole")
    with interrupted_after_one_checkpoint():
        pretrain(Branch.RESNET50, learned, CONFIG, tmp_path / "cut")
    assert torch.load(tmp_path / "cut" / "pretrain-resnet50.pt", weights_only=True)["step"] == 1
    resumed = pretrain(Branch.RESNET50, learned, CONFIG, tmp_path / "cut")
    for one, other in zip(whole.backbone.state_dict().values(), resumed.backbone.state_dict().values(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.slow
def test_a_checkpoint_of_another_configuration_is_not_taken_up(tmp_path: Path) -> None:
    learned = anatomy()
    pretrain(Branch.RESNET50, learned, CONFIG, tmp_path)
    before = torch.load(tmp_path / "pretrain-resnet50.pt", weights_only=True)["signature"]
    pretrain(Branch.RESNET50, learned, replace(CONFIG, seed=7), tmp_path)
    assert torch.load(tmp_path / "pretrain-resnet50.pt", weights_only=True)["signature"] != before


def _one_of_two(rank: int, folder: Path, port: int) -> None:
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    torch.set_num_threads(1)
    distributed.begin()
    try:
        trained = pretrain(Branch.RESNET50, anatomy(), replace(CONFIG, steps=(1,)), folder)
        torch.save(trained.readout.state_dict(), folder / f"rank{rank}.pt")
    finally:
        distributed.end()


@pytest.mark.slow
def test_two_processes_learn_the_same_weights_from_different_draws(tmp_path: Path) -> None:
    multiprocessing.set_forkserver_preload([__name__])  # both begin with torch imported, once
    with socket.socket() as free:  # the system's choice: another process may use any port named here
        free.bind(("127.0.0.1", 0))
        arguments = (tmp_path, free.getsockname()[1])
    multiprocessing.start_processes(_one_of_two, args=arguments, nprocs=2, start_method="forkserver")
    first, second = (torch.load(tmp_path / f"rank{rank}.pt", weights_only=True) for rank in (0, 1))
    alone = pretrain(Branch.RESNET50, anatomy(), replace(CONFIG, steps=(1,)), tmp_path / "alone").readout.state_dict()
    assert torch.equal(first["weight"], second["weight"])
    assert not torch.equal(first["weight"], alone["weight"])
    assert distributed.draw_seed(3, 5) == 8
