"""Stability of atlas registration when the same head is stored rotated, shifted or scaled."""

from dataclasses import replace

import numpy as np
from nibabel.affines import apply_affine, from_matvec
from nibabel.eulerangles import euler2mat
from numpy.typing import NDArray

from adcore.case.scan import Scan
from adcore.errors import RegistrationError
from adcore.prepare.placement import place
from adcore.prepare.template import load_template

ROTATION_DEGREES, SHIFT_MM, SCALE = 20.0, 30.0, 0.15
OBLIQUE_DEGREES, OBLIQUE_SHIFT_MM = (12.0, -10.0, 15.0), (20.0, -15.0, 10.0)


def perturbations() -> dict[str, NDArray[np.float64]]:
    """Affines (4, 4) on the patient's millimetres, by name: rotations, shifts and scalings both ways, and an oblique one."""
    found = {}
    for axis, name in enumerate("xyz"):
        unit = np.eye(3)[axis]
        for sign in (1, -1):
            found[f"{sign * ROTATION_DEGREES:+.0f} degrees about {name}"] = from_matvec(
                _rotation(sign * ROTATION_DEGREES * unit), np.zeros(3)
            )
            found[f"{sign * SHIFT_MM:+.0f} mm along {name}"] = from_matvec(np.eye(3), sign * SHIFT_MM * unit)
    for sign in (1, -1):
        found[f"{100 * sign * SCALE:+.0f}% of scale"] = from_matvec((1 + sign * SCALE) * np.eye(3), np.zeros(3))
    found["oblique"] = from_matvec(_rotation(np.array(OBLIQUE_DEGREES)), np.array(OBLIQUE_SHIFT_MM))
    return found


def displacements_mm(scan: Scan) -> dict[str, float]:
    """Mean distance in atlas millimetres of brain points from their unperturbed place, by perturbation.

    Returns:
        Infinity where registration of the perturbed head failed.
    Raises:
        RegistrationError: registration of the unperturbed head failed.
    """
    reference = place(scan).atlas_to_scan
    brain = load_template().levels[8].points_mm.numpy().astype(np.float64)
    moved = {}
    for name, change in perturbations().items():
        try:
            found = place(replace(scan, affine=change @ scan.affine)).atlas_to_scan
        except RegistrationError:
            moved[name] = float("inf")
            continue
        back = np.linalg.inv(found) @ change @ reference
        moved[name] = float(np.linalg.norm(apply_affine(back, brain) - brain, axis=1).mean())
    return moved


def _rotation(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y, z = np.radians(degrees)
    return euler2mat(z, y, x)
