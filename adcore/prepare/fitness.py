"""Whether a prepared scan is fit for a probability: each check with its value, threshold and where that comes from."""

import numpy as np
from numpy.typing import NDArray

from adcore.prepare.checks import Check
from adcore.prepare.config import PreparationConfig
from adcore.prepare.planes import plane_mask
from adcore.prepare.registration import Registration
from adcore.prepare.template import Template


def judge(
    registration: Registration,
    brain: NDArray[np.bool_],
    evened: NDArray[np.float32],
    planes: NDArray[np.float32],
    inside: NDArray[np.bool_],
    template: Template,
    config: PreparationConfig,
) -> tuple[Check, ...]:
    """All checks of one scan."""
    atlas_brain = template.depth_mm > 0
    overlap = 2 * np.count_nonzero(brain & atlas_brain) / (np.count_nonzero(brain) + np.count_nonzero(atlas_brain))
    image = template.grid.values.numpy()
    reach = float(inside[plane_mask(config.planes)].mean())
    print(registration.correlation, overlap, reach)
    return ()
