"""Volumes of structures, where they stand among those of healthy adults, and the radiologist's scales computed from them."""

from adcore.volumetry.findings import VolumeFinding, measure_volumes
from adcore.volumetry.measured import Measured, measure
from adcore.volumetry.overview import OverviewRow, overview
from adcore.volumetry.scales import Scale, ScaleValue
from adcore.volumetry.sides import SideVolumes, measure_sides

__all__ = [
    "Measured",
    "OverviewRow",
    "Scale",
    "ScaleValue",
    "SideVolumes",
    "VolumeFinding",
    "measure",
    "measure_sides",
    "measure_volumes",
    "overview",
]
