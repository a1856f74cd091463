"""Everything that is measured of one patient's structures."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcore.case.clinical import ClinicalRecord
from adcore.prepare.segmentation.structures import STRUCTURES
from adcore.volumetry.findings import VolumeFinding, measure_volumes
from adcore.volumetry.scales import ScaleValue, measure_scales
from adcore.volumetry.sides import SideVolumes, measure_sides
from adcore.volumetry.wide_ventricles import MEASURE as VENTRICLES
from adcore.volumetry.wide_ventricles import Ventricles

if TYPE_CHECKING:  # it loads torch, and the names of volumes are listed without
    from adcore.prepare.prepared import PreparedScan


@dataclass(frozen=True)
class Measured:
    """Nothing, where a check failed.

    Attributes:
        volumes: those that a reader wants first, both sides together.
        structures: every structure, each side by itself.
        sides: left beside right.
    """

    volumes: tuple[VolumeFinding, ...] = ()
    structures: tuple[VolumeFinding, ...] = ()
    sides: tuple[SideVolumes, ...] = ()
    scales: tuple[ScaleValue, ...] = ()

    @property
    def ventricles(self) -> Ventricles | None:
        """What the rule on wide ventricles looks at."""
        found = (one for one in self.volumes if one.measure == VENTRICLES)
        return next((Ventricles(one.millilitres, one.intracranial_ml) for one in found), None)


def measure(prepared: "PreparedScan", record: ClinicalRecord) -> Measured:
    """Measure a scan that passed its checks.

    Raises:
        ModelError: the norms are missing.
    """
    structures = measure_volumes(prepared, record, [each.name for each in STRUCTURES])
    return Measured(measure_volumes(prepared, record), structures, measure_sides(prepared), measure_scales(prepared))
