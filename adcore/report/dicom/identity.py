"""The patient of the DICOM objects: the case's pseudonym, or patient and study as in the source series."""

from dataclasses import dataclass, field, fields

from pydicom.dataset import Dataset

from adcore.case.scan import Scan


@dataclass(frozen=True)
class Identity:
    """The patient and study modules, each value as DICOM writes it; empty where unknown.

    Attributes:
        removed: whether this is a pseudonym: the objects then state that the patient's identity was removed.
    """

    PatientName: str = field(default="", repr=False)
    PatientID: str = field(default="", repr=False)
    PatientBirthDate: str = field(default="", repr=False)
    PatientSex: str = field(default="", repr=False)
    StudyDate: str = field(default="", repr=False)
    StudyTime: str = field(default="", repr=False)
    StudyID: str = field(default="", repr=False)
    AccessionNumber: str = field(default="", repr=False)
    ReferringPhysicianName: str = field(default="", repr=False)
    removed: bool = field(default=False, kw_only=True)

    @classmethod
    def of_source(cls, elements: dict[str, str]) -> "Identity":
        """The patient and study of adcore.readers.read_patient."""
        name, *others = (elements.get(item.name, "") for item in fields(cls) if item.name != "removed")
        return cls(name if "^" in name or not name else f"{name}^", *others)  # a bare name is a family name

    @classmethod
    def pseudonym(cls, scan: Scan) -> "Identity":
        """A pseudonym derived from the scan's digest; everything else stays empty."""
        kind, number = scan.pseudonym.split()
        return cls(PatientName=f"{number}^{kind}", PatientID=scan.pseudonym, removed=True)

    def put_into(self, data: Dataset) -> None:
        """Set the elements of both modules."""
        values = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "removed"}
        if not all(value.isascii() for value in values.values()):
            data.SpecificCharacterSet = "ISO_IR 192"
        for keyword, value in values.items():
            setattr(data, keyword, value)


def mark(data: Dataset, identity: Identity) -> None:
    """State in a finished object whether its patient's identity was removed."""
    if identity.removed:
        data.PatientIdentityRemoved = "YES"
        data.DeidentificationMethod = "adcore: pseudonym made of the pixels' digest"
