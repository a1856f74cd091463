"""The formats that are read, and how a scan may be handed over. The content decides; a name only explains a refusal."""

from adcore.case.scan import SourceFormat

FORMATS: dict[SourceFormat, tuple[str, ...]] = {
    SourceFormat.DICOM: (),
    SourceFormat.NIFTI: (".nii", ".nii.gz"),
    SourceFormat.MGH: (".mgh", ".mgz"),
}
"""By format, how its files are usually named; DICOM images have names of any kind."""

CONTAINERS = ("file", "folder", "zip archive")
