import numpy as np
import torch

from adcore.prepare.bias import n4, rough_log_gain
from adcore.prepare.config import PreparationConfig
from adcore.prepare.template import load_template
from adcore.prepare.volume import Volume


def variation(values: np.ndarray) -> float:
    return float(values.std() / values.mean())


def test_an_uneven_brightness_is_evened_out_and_a_flat_one_left_alone() -> None:
    template = load_template()
    head = template.grid.values.numpy()
    white = (head > 0.85) & (template.depth_mm > 6)
    brain = template.depth_mm > 0
    x = np.linspace(-1, 1, head.shape[0])[:, None, None]
    z = np.linspace(-1, 1, head.shape[2])[None, None, :]
    places = np.argwhere(white) @ template.grid.affine[:3, :3].T + template.grid.affine[:3, 3]
    for field, limit in ((np.exp(0.5 * x - 0.4 * z + 0.3 * z**2), 0.03), (np.ones_like(head), 0.03)):
        seen = (head * field).astype(np.float32)
        rough = rough_log_gain(seen, np.ones_like(brain), template)
        bias = n4(Volume(torch.from_numpy(seen / np.exp(rough)), template.grid.affine), rough, brain, PreparationConfig())
        corrected = seen[white] / bias.gain(places)
        assert variation(corrected) < limit + variation(head[white])
    assert variation((head * np.exp(0.5 * x - 0.4 * z + 0.3 * z**2))[white]) > 0.1
