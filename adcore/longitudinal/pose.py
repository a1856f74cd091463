"""Rigid poses, (4, 4): the rigid component of an affine, small steps, and the unbiased mean of several poses."""

from collections.abc import Sequence

import numpy as np
from nibabel.affines import apply_affine, from_matvec
from numpy.typing import NDArray
from scipy.linalg import expm, logm, polar

CLOSE = 1e-10
MOST_ROUNDS = 50


def rigid_component(affine: NDArray[np.float64], centre: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest rotation (polar decomposition), with the translation that maps `centre` as the affine does."""
    rotation, _ = polar(affine[:3, :3])
    return from_matvec(rotation, apply_affine(affine, centre) - rotation @ centre)


def step(twist: NDArray[np.float64], centre: NDArray[np.float64]) -> NDArray[np.float64]:
    """The pose reached by a twist about a centre.

    Args:
        twist: (6,), a rotation vector in radians and a translation.
    """
    x, y, z = twist[:3]
    generator = np.zeros((4, 4))
    generator[:3, :3] = [[0, -z, y], [z, 0, -x], [-y, x, 0]]
    generator[:3, 3] = twist[3:]
    there, back = from_matvec(np.eye(3), centre), from_matvec(np.eye(3), -centre)
    return np.asarray(there @ expm(generator) @ back)


def mean_pose(poses: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The pose at which the logarithms of all others sum to zero (Pennec and Arsigny 2013, Matrix Information Geometry).

    For two poses it is the half-way one: the first times the square root of the step to the second. It depends neither on the
    order of the poses nor on their frame of reference.
    """
    mean = np.array(poses[0])
    for _ in range(MOST_ROUNDS):
        change = np.mean([logm(np.linalg.inv(mean) @ pose).real for pose in poses], axis=0)
        mean = mean @ expm(change)
        if np.abs(change).max() < CLOSE:
            break
    return np.asarray(mean)
