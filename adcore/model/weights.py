"""Weights on disk: safetensors, never a pickle; half precision, except running statistics. Knows no network."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from adcore.atomic import write_atomically
from adcore.errors import ModelError

T = TypeVar("T")


def save_weights(network: nn.Module, path: Path) -> str:
    """Write a network's weights; return the file's sha256."""
    # Running variances stay float32: they may exceed half precision's range.
    parameters = {name for name, _ in network.named_parameters()}
    state = {
        name: (tensor.half() if name in parameters else tensor).contiguous() for name, tensor in network.state_dict().items()
    }
    return save_tensors(state, path)


def load_weights(network: nn.Module, path: Path, sha256: str) -> None:
    """Read a network's weights.

    Args:
        sha256: of the file, from the model's card.
    Raises:
        ModelError: the file is missing, altered, or of another network.
    """
    if not path.is_file():
        raise ModelError(f"The weights {path.name} are missing from the model folder {path.parent.name}. Restore the folder.")
    if file_sha256(path) != sha256:
        raise ModelError(f"The weights {path.name} are not the ones the model's card names (sha256 differs). Restore the folder.")
    try:
        state = load_file(path)
        network.load_state_dict(
            {name: tensor.to(torch.float32) if tensor.is_floating_point() else tensor for name, tensor in state.items()}
        )
    except (SafetensorError, RuntimeError) as error:
        raise ModelError(f"The weights {path.name} do not fit this version's networks.") from error


def save_tensors(tensors: Mapping[str, Tensor], path: Path) -> str:
    """Write tensors that belong to a model beside its weights; return the file's sha256."""
    write_atomically(path, lambda file: file.write(save(dict(tensors))))
    return file_sha256(path)


def load_tensors(path: Path, sha256: str, build: Callable[[dict[str, Tensor]], T]) -> T:
    """Read what `save_tensors` wrote.

    Args:
        sha256: of the file, from the model's card.
        build: makes the result of the tensors by name; a KeyError or a TypeError says that they are others than expected.
    Raises:
        ModelError: the file is missing, altered or of another kind.
    """
    if not path.is_file() or file_sha256(path) != sha256:
        raise ModelError(f"The file {path.name} is missing or not the one the model's card names. Restore the model folder.")
    try:
        return build(load_file(path))
    except (SafetensorError, KeyError, TypeError) as error:
        raise ModelError(f"The file {path.name} does not fit this version. Restore the model folder.") from error


def file_sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
