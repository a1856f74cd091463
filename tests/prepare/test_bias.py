import numpy as np
import torch
from nibabel.affines import apply_affine

from adcore.prepare.bias import n4, rough_gain
from adcore.prepare.config import PreparationConfig
from adcore.prepare.template import load_template
from adcore.prepare.volume import Volume, resample


def variation(values: np.ndarray) -> float:
    return float(values.std() / values.mean())


def test_an_uneven_brightness_is_evened_out_and_a_flat_one_left_alone() -> None:
    template = load_template()
    image = template.levels[2].image
    head = image.values.numpy()
    depth = resample(template.depth_mm.values, np.linalg.inv(template.depth_mm.affine) @ image.affine, head.shape).numpy()
    white = (head > 0.85) & (depth > 6)
    brain = depth > 0
    x = np.linspace(-1, 1, head.shape[0])[:, None, None]
    z = np.linspace(-1, 1, head.shape[2])[None, None, :]
    places = apply_affine(image.affine, np.argwhere(white))
    for field, limit in ((np.exp(0.5 * x - 0.4 * z + 0.3 * z**2), 0.03), (np.ones_like(head), 0.03)):
        seen = (head * field).astype(np.float32)
        rough = rough_gain(Volume(torch.from_numpy(seen), image.affine), np.eye(4), template)
        log_gain = rough.on_grid(image.affine, head.shape)
        bias = n4(Volume(torch.from_numpy(seen / np.exp(log_gain)), image.affine), log_gain, brain, PreparationConfig())
        corrected = seen[white] / bias.gain(places)
        assert variation(corrected) < limit + variation(head[white])
        np.testing.assert_allclose(rough.at(places), log_gain[white], atol=1e-5)
    assert variation((head * np.exp(0.5 * x - 0.4 * z + 0.3 * z**2))[white]) > 0.1
