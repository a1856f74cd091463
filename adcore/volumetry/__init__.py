"""Volumes of the brain's parts, and where they stand among healthy adults."""

from adcore.volumetry.findings import VolumeFinding, measure_volumes

__all__ = ["VolumeFinding", "measure_volumes"]
