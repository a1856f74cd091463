from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adcore.cohorts.contact_sheet import draw_scan
from tests.support.builders import as_scan
from tests.support.fakes import TYPICAL, fake_analysis, head_scan


@pytest.mark.parametrize("offset", [-1000.0, 500.0])
def test_a_scan_looks_the_same_whatever_its_air_is_called(tmp_path: Path, offset: float) -> None:
    prepared = fake_analysis(head_scan(), TYPICAL).prepared
    moved = replace(prepared, scan=as_scan(prepared.scan.voxels + np.float32(offset), prepared.scan.affine))
    pictures = []
    for name, shown in (("plain", prepared), ("moved", moved)):
        draw_scan(shown, "fit", tmp_path / f"{name}.png")
        pictures.append(np.asarray(Image.open(tmp_path / f"{name}.png").convert("L"), dtype=float))
    assert pictures[0].std() > 20  # not black, not white
    np.testing.assert_allclose(pictures[1], pictures[0], atol=2)
