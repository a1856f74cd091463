from pathlib import Path

import pytest
import torch

from adcore.errors import ModelError
from adcore.model.weights import save_tensors
from adcore.networks.late_fusion import load_network, save_network
from tests.support.untrained import untrained_network


@pytest.mark.slow
def test_weights_come_back_to_half_precision(tmp_path: Path) -> None:
    network = untrained_network()
    loaded = load_network(tmp_path, save_network(network, tmp_path))
    for (name, before), after in zip(network.state_dict().items(), loaded.state_dict().values(), strict=True):
        assert torch.allclose(before.float(), after.float(), rtol=1e-3, atol=1e-6), name


def test_one_changed_byte_is_refused(tmp_path: Path) -> None:
    hashes = save_network(untrained_network(), tmp_path)
    path = tmp_path / "fusion.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"fusion\.safetensors"):
        load_network(tmp_path, hashes)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    hashes = save_network(untrained_network(), tmp_path)
    (tmp_path / "vgg16.safetensors").unlink()
    with pytest.raises(ModelError, match=r"vgg16\.safetensors"):
        load_network(tmp_path, hashes)


def test_whoever_may_read_the_folder_may_read_its_weights(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    save_tensors({"values": torch.ones(3)}, tmp_path / "values.safetensors")
    assert len({path.stat().st_mode for path in tmp_path.iterdir()}) == 1
