"""A real archive that holds a small series of one patient, and one of another."""

from collections.abc import Iterator

import pytest
import requests

from adcore.pacs import ArchiveSettings
from adcore.pacs.archive import Archive
from tests.support import orthanc
from tests.support.dicom_builder import as_bytes, put, series

STUDY, SERIES = "1.2.826.0.1.3680043.8.498.10", "1.2.826.0.1.3680043.8.498.11"
PATIENT = "P-71"


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of an archive that holds two patients' studies."""
    if orthanc.program() is None:
        pytest.skip(orthanc.NEEDED)
    with orthanc.server(tmp_path_factory.mktemp("orthanc")) as url:
        for patient, study, images in ((PATIENT, STUDY, SERIES), ("another", f"{STUDY}.2", f"{SERIES}.2")):
            slices = series()
            put(slices, PatientID=patient, StudyInstanceUID=study, SeriesInstanceUID=images, StudyDate="20110610")
            put(slices, StudyDescription="Brain", AccessionNumber="A1", FrameOfReferenceUID=f"{STUDY}.3")
            for number, data in enumerate(slices):
                data.SOPInstanceUID = f"{images}.{number + 1}"
                stored = requests.post(
                    f"{url.removesuffix('/dicom-web')}/instances",
                    as_bytes(data),
                    auth=(orthanc.USER, orthanc.PASSWORD),
                    timeout=10,
                )
                assert stored.json()["Status"] == "Success"
        yield url


def opened(address: str) -> Archive:
    return Archive(ArchiveSettings(address, orthanc.USER, orthanc.PASSWORD))


@pytest.fixture
def archive(address: str) -> Archive:
    return opened(address)
