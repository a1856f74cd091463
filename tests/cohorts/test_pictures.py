import numpy as np

from adcore.case.scan import Scan, SourceFormat
from adcore.cohorts.synthetic.pictures import SIDE, coronal, picture


def test_a_picture_shows_the_patients_left_on_its_right() -> None:
    voxels = np.zeros((100, 100, 100), np.float32)
    affine = np.diag([-2.0, 2.0, 2.0, 1.0])  # first axis runs to the left
    affine[:3, 3] = (100.0, -100.0, -100.0)
    voxels[70:80] = 1.0  # 40 to 60 mm left of the middle
    plane = coronal(Scan(voxels, affine, SourceFormat.SYNTHETIC, "0" * 64))
    assert plane[:, SIDE // 2 :].max() == 1
    assert plane[:, : SIDE // 2].max() == 0
    assert picture(Scan(voxels + 0.1, affine, SourceFormat.SYNTHETIC, "0" * 64)).size == (SIDE, SIDE)
