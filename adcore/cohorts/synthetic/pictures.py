"""Small pictures of the demo patients, for the cards that open them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from adcore.case.scan import Scan
from adcore.cohorts.synthetic.patients import DEMO_PATIENTS, DemoPatient

PICTURES_FOLDER = "patients"
HIPPOCAMPI_Y_MM = -22.0
"""The coronal slice shown, scanner millimetres: synthetic heads lie near the template."""

SIDE, HALF_MM = 240, 92.0
"""Pixels and half the width of a picture; its centre is that of the brain."""

CENTRE_Z_MM = 0.0


def write_pictures(
    folder: Path, patients: tuple[DemoPatient, ...] = DEMO_PATIENTS, report: Callable[[str], None] = print
) -> None:
    """Make every patient's picture: about 25 kB each.

    Args:
        report: called with a sentence when a picture is done; each takes some seconds.
    """
    (folder / PICTURES_FOLDER).mkdir(parents=True, exist_ok=True)
    for patient in patients:
        picture(patient.make_scan()).save(folder / PICTURES_FOLDER / f"{patient.key}.png", optimize=True)
        report(f"{patient.key}: picture")


def picture(scan: Scan) -> Image.Image:
    """A coronal slice through the hippocampi, radiological, marked as synthetic."""
    plane, brightest = coronal(scan), np.percentile(scan.voxels, 99.5)
    image = Image.fromarray(np.clip(plane * (255 / brightest), 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    draw.text((6, SIDE - 16), "SYNTHETIC", fill=230)
    draw.text((6, SIDE // 2), "R", fill=230)
    draw.text((SIDE - 12, SIDE // 2), "L", fill=230)
    return image


def coronal(scan: Scan) -> NDArray[np.float32]:
    """(SIDE, SIDE) by the nearest voxel, the patient's right on the left; 0 outside the field of view."""
    places = np.linspace(-HALF_MM, HALF_MM, SIDE)
    x, z = np.meshgrid(places, CENTRE_Z_MM - places)
    points = np.stack([-x, np.full_like(x, HIPPOCAMPI_Y_MM), z], axis=-1)
    voxels = np.rint(apply_affine(np.linalg.inv(scan.affine), points)).astype(int)
    inside = ((voxels >= 0) & (voxels < scan.voxels.shape)).all(axis=-1)
    taken = scan.voxels[tuple(np.moveaxis(np.where(inside[..., None], voxels, 0), -1, 0))]
    return np.where(inside, taken, 0).astype(np.float32)
