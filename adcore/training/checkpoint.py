"""Checkpoints of unfinished training: written whole or not at all, kept outside the repository, never shipped."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from adcore.atomic import write_atomically


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write state so that a cut-off leaves the previous file intact."""
    write_atomically(path, lambda file: torch.save(state, file))


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """The last whole state (tensors and plain values only), or None where there is none."""
    if not path.is_file():
        return None
    state: dict[str, Any] = torch.load(path, weights_only=True)
    return state


def resume(path: Path, parts: Mapping[str, Any], signature: str) -> dict[str, Any] | None:
    """Bring the parts of a training back to where they stood when `keep` last wrote them.

    Args:
        parts: whatever has a state_dict, by name.
        signature: of data and settings; a checkpoint of another training is left alone.
    Returns:
        what else was kept, `step` among it; None where a training begins.
    """
    state = load_checkpoint(path)
    if state is None or state["signature"] != signature:
        return None
    for name, part in parts.items():
        part.load_state_dict(state[name])
    return state


def keep(path: Path, parts: Mapping[str, Any], signature: str, step: int, **more: Any) -> None:
    """Write the parts' states and the number of steps done, for `resume`."""
    states = {name: part.state_dict() for name, part in parts.items()}
    save_checkpoint(path, {**states, **more, "step": step, "signature": signature})
