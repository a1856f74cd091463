"""The weights files of a late-fusion network: one a part."""

from pathlib import Path

from adcore.networks.late_fusion import LateFusionNetwork
from adcore.weights import load_weights, save_weights


def save_network(network: LateFusionNetwork, folder: Path) -> dict[str, str]:
    """Write every part's weights; return sha256 by file name."""
    return {name: save_weights(part, folder / name) for name, part in network.parts().items()}


def load_network(folder: Path, sha256: dict[str, str]) -> LateFusionNetwork:
    """Read a network from a model folder.

    Args:
        sha256: by file name, from the model's card.
    Raises:
        ModelError: a file is missing, altered, or of another network.
    """
    network = LateFusionNetwork()
    for name, part in network.parts().items():
        load_weights(part, folder / name, sha256.get(name, ""))
    return network.eval().requires_grad_(False)
