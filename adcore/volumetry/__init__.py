"""Volumes of structures, and where they stand among those of healthy adults."""

from adcore.volumetry.findings import VolumeFinding, measure_volumes
from adcore.volumetry.overview import OverviewRow, overview
from adcore.volumetry.sides import SideVolumes, hippocampal_occupancy, measure_sides

__all__ = [
    "OverviewRow",
    "SideVolumes",
    "VolumeFinding",
    "hippocampal_occupancy",
    "measure_sides",
    "measure_volumes",
    "overview",
]
