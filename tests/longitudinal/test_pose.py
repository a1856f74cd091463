import numpy as np
import pytest
from nibabel.affines import apply_affine
from scipy.linalg import sqrtm

from adcore.longitudinal.pose import mean_pose, rigid_component, step
from tests.support.builders import rotation

CENTRE = np.array([3.0, -20.0, 8.0])


def poses() -> list[np.ndarray]:
    found = [rotation(5, -8, 12), rotation(-3, 2, 1), rotation(0, 15, -6)]
    for pose, shift in zip(found, ([4, -9, 2], [0, 12, -5], [-30, 1, 7]), strict=True):
        pose[:3, 3] = shift
    return found


def test_the_mean_of_two_poses_lies_half_way() -> None:
    first, second, _ = poses()
    half = first @ sqrtm(np.linalg.inv(first) @ second).real
    assert np.allclose(mean_pose([first, second]), half, atol=1e-9)


def test_the_mean_does_not_depend_on_the_order() -> None:
    assert np.allclose(mean_pose(poses()), mean_pose(poses()[::-1]), atol=1e-9)


def test_the_mean_follows_when_all_poses_are_given_in_another_frame() -> None:
    frame = rotation(40, 10, -25)
    assert np.allclose(mean_pose([frame @ pose for pose in poses()]), frame @ mean_pose(poses()), atol=1e-9)


def test_the_rigid_part_of_a_pose_is_the_pose() -> None:
    for pose in poses():
        assert np.allclose(rigid_component(pose, CENTRE), pose, atol=1e-12)


def test_the_rigid_part_drops_scale_and_keeps_the_centre() -> None:
    scaled = poses()[0] @ np.diag([1.1, 0.9, 1.05, 1])
    rigid = rigid_component(scaled, CENTRE)
    assert np.linalg.det(rigid[:3, :3]) == pytest.approx(1)
    assert np.allclose(apply_affine(rigid, CENTRE), apply_affine(scaled, CENTRE))


def test_a_step_turns_about_its_centre() -> None:
    turned = step(np.array([0, 0, np.pi / 2, 0, 0, 0]), CENTRE)
    assert np.allclose(apply_affine(turned, CENTRE), CENTRE)
    assert np.allclose(apply_affine(turned, CENTRE + np.array([10, 0, 0])), CENTRE + np.array([0, 10, 0]))
