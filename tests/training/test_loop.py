from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from adcore.training.checkpoint import Checkpoint, Stateful
from adcore.training.loop import GRADIENT_LIMIT, take_steps


def train(steps: int, path: Path, signature: str = "one", stop_before: int | None = None) -> nn.Linear:
    """Fit a line with momentum, a schedule and random batches, all of which a checkpoint has to restore."""
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    network = nn.Linear(3, 1)
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 10)

    def loss_of(step: int) -> Tensor:
        if step == stop_before:
            raise KeyboardInterrupt
        return (network(torch.randn(4, 3, generator=generator)) - 1).square().mean()

    states: dict[str, Stateful] = {"network": network, "optimiser": optimiser, "schedule": schedule}
    checkpoint = Checkpoint(path, signature, states, every=2, generator=generator)
    take_steps(steps, loss_of, optimiser, schedule=schedule, clip=network, checkpoint=checkpoint)
    return network


@pytest.mark.parametrize("stop_before", [2, 3, 6])
def test_an_interrupted_training_ends_at_the_same_weights(stop_before: int, tmp_path: Path) -> None:
    whole = train(7, tmp_path / "whole.pt")
    with pytest.raises(KeyboardInterrupt):
        train(7, tmp_path / "cut.pt", stop_before=stop_before)
    assert torch.load(tmp_path / "cut.pt", weights_only=True)["step"] == stop_before - stop_before % 2
    assert torch.equal(train(7, tmp_path / "cut.pt").weight, whole.weight)


def test_a_finished_training_takes_no_further_step(tmp_path: Path) -> None:
    finished = train(4, tmp_path / "x.pt")
    assert torch.equal(train(4, tmp_path / "x.pt", stop_before=0).weight, finished.weight)


def test_the_checkpoint_of_another_training_is_left_alone(tmp_path: Path) -> None:
    train(4, tmp_path / "x.pt", signature="another")
    with pytest.raises(KeyboardInterrupt):
        train(4, tmp_path / "x.pt", stop_before=0)
    assert torch.load(tmp_path / "x.pt", weights_only=True)["signature"] == "another"


def test_a_clipped_gradient_keeps_its_direction_and_loses_its_length() -> None:
    network = nn.Linear(2, 1, bias=False)
    before = network.weight.detach().clone()
    direction = torch.tensor([[300.0, 400.0]])
    take_steps(1, lambda _: (network.weight * direction).sum(), torch.optim.SGD(network.parameters(), lr=1.0), clip=network)
    torch.testing.assert_close(before - network.weight.detach(), GRADIENT_LIMIT * torch.tensor([[0.6, 0.8]]))


def test_the_schedule_moves_on_once_in_so_many_steps() -> None:
    network = nn.Linear(1, 1)
    optimiser = torch.optim.SGD(network.parameters(), lr=1.0)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimiser, 0.5)
    rates: list[float] = []

    def loss_of(_step: int) -> Tensor:
        rates.append(optimiser.param_groups[0]["lr"])
        return network.weight.sum()

    take_steps(5, loss_of, optimiser, schedule=schedule, schedule_every=2)
    assert rates == [1.0, 1.0, 0.5, 0.5, 0.25]
