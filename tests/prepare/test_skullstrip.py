import numpy as np

from adcore.prepare.skullstrip import constant_background, find_brain
from adcore.prepare.template import load_template


def test_the_outline_keeps_the_brain_and_drops_scalp_behind_a_dark_skull() -> None:
    template = load_template()
    depth = template.depth_mm
    head = template.grid.values.numpy() + 0.9 * ((depth < -6) & (depth > -12))
    found = find_brain(head.astype(np.float32), depth)
    brain = depth > 0
    assert 2 * np.count_nonzero(found & brain) / (np.count_nonzero(found) + np.count_nonzero(brain)) > 0.97
    assert not found[depth < -6].any()


def test_a_constant_surrounding_is_recognised_whatever_its_value() -> None:
    template = load_template()
    covered = np.ones(template.depth_mm.shape, dtype=bool)
    for value in (0.0, 0.4, -3.0):
        stripped = np.where(template.depth_mm > 0, template.grid.values.numpy(), value).astype(np.float32)
        found = constant_background(stripped, covered, template.depth_mm, white=0.85)
        assert found is not None
        assert abs(found - value) < 1e-6


def test_skull_and_scalp_are_no_constant_surrounding() -> None:
    template = load_template()
    noise = np.random.default_rng(0).normal(0, 0.05, template.depth_mm.shape)
    head = (template.grid.values.numpy() + 0.8 * (template.depth_mm < -8) + noise).astype(np.float32)
    covered = np.ones(head.shape, dtype=bool)
    assert constant_background(head, covered, template.depth_mm, white=0.85) is None
