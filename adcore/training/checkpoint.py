"""Checkpoints of unfinished training: written whole or not at all, kept outside the repository, never shipped."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch

from adcore.atomic import write_atomically


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write state so that an interruption leaves the previous file intact."""
    write_atomically(path, lambda file: torch.save(state, file))


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """The last whole state (tensors and plain values only), or None where there is none."""
    if not path.is_file():
        return None
    state: dict[str, Any] = torch.load(path, weights_only=True)
    return state


class Stateful(Protocol):
    """A network, an optimiser or a schedule: anything whose state can be taken and given back."""

    def state_dict(self) -> dict[str, Any]:
        """Its state."""

    def load_state_dict(self, state_dict: dict[str, Any], /) -> object:
        """Take over a state."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Where an unfinished training is kept.

    Attributes:
        path: the file.
        signature: of data and settings; a checkpoint of another training is left alone.
        states: everything whose state is kept, by name.
        every: steps between two writes.
        generator: of the random numbers, where the training draws its batches from one.
    """

    path: Path
    signature: str
    states: Mapping[str, Stateful]
    every: int
    generator: torch.Generator | None = None

    def resume(self) -> int:
        """Bring everything back to where it was when last kept; return the number of steps done, 0 where there were none."""
        kept = load_checkpoint(self.path)
        if kept is None or kept["signature"] != self.signature:
            return 0
        for name, one in self.states.items():
            one.load_state_dict(kept[name])
        if self.generator is not None:
            self.generator.set_state(kept["generator"])
        return int(kept["step"])

    def keep(self, step: int) -> None:
        """Write every state and the number of steps done."""
        content: dict[str, Any] = {name: one.state_dict() for name, one in self.states.items()}
        if self.generator is not None:
            content["generator"] = self.generator.get_state()
        save_checkpoint(self.path, content | {"step": step, "signature": self.signature})
