"""Volumes of structures, and where they stand among those of healthy adults."""

from adcore.volumetry.findings import VolumeFinding, measure_volumes
from adcore.volumetry.sides import SideVolumes, measure_sides

__all__ = ["SideVolumes", "VolumeFinding", "measure_sides", "measure_volumes"]
