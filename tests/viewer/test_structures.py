import numpy as np
from nibabel.affines import apply_affine

from adcore.prepare.segmentation.network import grid_affine
from adcore.prepare.segmentation.structures import Side, label_of
from adcore.viewer.grid import DisplayGrid
from adcore.viewer.structures import Structures
from tests.support.builders import BALLS_MM, head, reorient, some_parts


def test_display_voxels_find_their_label_in_any_voxel_order() -> None:
    made = head((3.0, 3.0, 3.0))
    voxels, affine = reorient(made.voxels, made.affine, (2, 0, 1), (True, False, True))
    grid = DisplayGrid.of(voxels.shape, affine)
    described = Structures(some_parts().labels, np.linalg.inv(grid_affine()) @ affine).described(grid)
    for structure in ("hippocampus", "amygdala"):
        for side, sign in ((Side.LEFT, -1), (Side.RIGHT, 1)):
            shown = np.rint(apply_affine(np.linalg.inv(grid.affine), np.array(BALLS_MM[structure][0]) * (sign, 1, 1)))
            i, j, k = np.rint(apply_affine(np.array(described["to_labels"]), shown)).astype(int)
            label = some_parts().labels[i, j, k]
            assert label == label_of(structure, side)
            assert described["names"][label] == {"name": f"{side} {structure}", "structure": structure}
            assert all(low <= place <= high for place, (low, high) in zip(shown, described["boxes"][label], strict=True))


def test_structures_that_were_not_found_have_no_box() -> None:
    made = head((3.0, 3.0, 3.0))
    grid = DisplayGrid.of(made.voxels.shape, made.affine)
    boxes = Structures(some_parts().labels, np.linalg.inv(grid_affine()) @ made.affine).described(grid)["boxes"]
    assert boxes[label_of("insula", Side.LEFT)] is None
    assert boxes[label_of("hippocampus", Side.LEFT)] is not None
