"""Equipment, identifiers and times of the DICOM objects, derived from the provenance alone."""

from datetime import datetime
from typing import Any

from highdicom.content import AlgorithmIdentificationSequence
from highdicom.sr import AlgorithmIdentification
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import UID, generate_uid

from adcore.analysis import Provenance
from adcore.report.dicom.identity import Identity
from adcore.words import DISCLAIMER

MANUFACTURER = "adcore"
FAMILY = codes.DCM.ArtificialIntelligence
MAX_LONG_STRING = 64
DESCRIPTION = DISCLAIMER.rstrip(".")
"""Without its final full stop the disclaimer just fits a Long String."""

SERIES_NUMBERS = {"segmentation": 9101, "map": 9102, "report": 9103, "document": 9104, "picture": 9105}
"""High, so that they are unlikely to be in use in the study."""


def made_by(made: Provenance) -> dict[str, Any]:
    """Arguments of highdicom for the equipment module."""
    return {
        "manufacturer": MANUFACTURER,
        "manufacturer_model_name": made.model_name[:MAX_LONG_STRING],
        "software_versions": made.adcore_version,
        "device_serial_number": made.weights_sha256[:MAX_LONG_STRING],
    }


def uid_of(made: Provenance, identity: Identity, what: str) -> UID:
    """An identifier that is the same whenever the same result is written for the same patient."""
    return generate_uid(entropy_srcs=[made.scan_sha256, made.created, made.weights_sha256, identity.PatientID, what])


def network_algorithm(made: Provenance) -> AlgorithmIdentification:
    """The model behind the probabilities, for a structured report."""
    return AlgorithmIdentification(
        f"adcore {made.model_name}",
        made.adcore_version,
        parameters=[
            f"weights sha256 {made.weights_sha256}",
            f"preparation {made.preparation_digest}",
            f"scan sha256 {made.scan_sha256}",
            DISCLAIMER,
        ],
        family=FAMILY,
    )


def structures_algorithm(made: Provenance) -> AlgorithmIdentification:
    """The network that segmented the structures, for a structured report."""
    return AlgorithmIdentification(
        "adcore structures",
        made.adcore_version,
        parameters=[f"weights sha256 {made.structures_sha256}", "volumes are sums of probabilities", DISCLAIMER],
        family=FAMILY,
    )


def structures_sequence(made: Provenance) -> AlgorithmIdentificationSequence:
    """The same for a segmentation."""
    return AlgorithmIdentificationSequence(
        "adcore structures", FAMILY, made.adcore_version, parameters={"weights sha256": made.structures_sha256}
    )


def date(data: Dataset, made: Provenance) -> None:
    """Replace current time and random identifiers by those of the analysis: the same result gives the same object."""
    when = datetime.fromisoformat(made.created)
    for kind in ("InstanceCreation", "Content"):
        if f"{kind}Date" in data:
            setattr(data, f"{kind}Date", when.strftime("%Y%m%d"))
            setattr(data, f"{kind}Time", when.strftime("%H%M%S"))
    data.TimezoneOffsetFromUTC = "+0000"
    for item in data.get("ContributingEquipmentSequence", ()):
        item.ContributionDateTime = when.strftime("%Y%m%d%H%M%S")
    for item in (*data.get("DimensionOrganizationSequence", ()), *data.get("DimensionIndexSequence", ())):
        item.DimensionOrganizationUID = generate_uid(entropy_srcs=[data.SOPInstanceUID, "dimensions"])
