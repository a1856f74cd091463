from pathlib import Path

import pytest
import torch

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.errors import ModelError
from adcore.networks.reference_maps import REFERENCE_MAPS_FILE, ReferenceMaps


def some_reference() -> ReferenceMaps:
    generator = torch.Generator().manual_seed(0)
    maps = {branch: torch.rand(2, 16, 7, 7, generator=generator) for branch in IMAGE_BRANCHES}
    return ReferenceMaps(maps, torch.rand(2, 32, 32, generator=generator))


def test_a_reference_comes_back_from_its_file(tmp_path: Path) -> None:
    written = some_reference()
    read = ReferenceMaps.load(tmp_path, written.save(tmp_path))
    for branch in IMAGE_BRANCHES:
        torch.testing.assert_close(read.maps[branch], written.maps[branch], atol=1e-3, rtol=0)
    torch.testing.assert_close(read.slices, written.slices, atol=1e-3, rtol=0)


@pytest.mark.parametrize("damage", ["missing", "altered", "of another kind"])
def test_a_reference_that_the_card_does_not_name_is_refused(tmp_path: Path, damage: str) -> None:
    from safetensors.torch import save_file

    from adcore.model.weights import file_sha256

    sha256 = some_reference().save(tmp_path)
    path = tmp_path / REFERENCE_MAPS_FILE
    if damage == "missing":
        path.unlink()
    elif damage == "altered":
        path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    else:
        save_file({"other": torch.zeros(1)}, path)
        sha256 = file_sha256(path)
    with pytest.raises(ModelError, match="Restore the model folder"):
        ReferenceMaps.load(tmp_path, sha256)
