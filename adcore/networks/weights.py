"""Network weights on disk: safetensors, never a pickle; half precision, except running statistics."""

import hashlib
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from adcore.errors import ModelError
from adcore.networks.late_fusion import LateFusionNetwork


def save_network(network: LateFusionNetwork, folder: Path) -> dict[str, str]:
    """Write every part's weights; return sha256 by file name."""
    return {name: _save(part, folder / name) for name, part in network.parts().items()}


def load_network(folder: Path, sha256: dict[str, str]) -> LateFusionNetwork:
    """Read a network from a model folder.

    Args:
        sha256: by file name, from the model's card.
    Raises:
        ModelError: a file is missing, altered, or of another network.
    """
    network = LateFusionNetwork()
    for name, part in network.parts().items():
        _load(part, folder / name, sha256.get(name, ""))
    return network.eval().requires_grad_(False)


def _save(network: nn.Module, path: Path) -> str:
    # Running variances stay float32: they may exceed half precision's range.
    parameters = {name for name, _ in network.named_parameters()}
    state = {
        name: (tensor.half() if name in parameters else tensor).contiguous() for name, tensor in network.state_dict().items()
    }
    save_file(state, path)
    return _file_sha256(path)


def _load(network: nn.Module, path: Path, sha256: str) -> None:
    if not path.is_file():
        raise ModelError(f"The weights {path.name} are missing from the model folder {path.parent.name}. Restore the folder.")
    if _file_sha256(path) != sha256:
        raise ModelError(f"The weights {path.name} are not the ones the model's card names (sha256 differs). Restore the folder.")
    try:
        state = load_file(path)
        network.load_state_dict(
            {name: tensor.to(torch.float32) if tensor.is_floating_point() else tensor for name, tensor in state.items()}
        )
    except (SafetensorError, RuntimeError) as error:
        raise ModelError(f"The weights {path.name} do not fit this version's networks.") from error


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
