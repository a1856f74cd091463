"""A real scanner's series goes from the archive through the shipped model and back into the study of its patient."""

import io
from pathlib import Path

import pytest
import requests
from pydicom import dcmread

from adcore import ClinicalRecord, analyse, load_predictor
from adcore.readers import read_upload, read_upload_patient
from adcore.report import Identity, dicom_objects, report_pdf
from tests.pacs.conftest import opened
from tests.support import orthanc


@pytest.mark.slow
def test_a_real_series_is_fetched_answered_and_its_results_lie_in_its_study(address: str, shared_data: Path) -> None:
    files = [path.read_bytes() for path in sorted((shared_data / "dicom" / "philips_t1").iterdir())]
    for content in files:
        stored = requests.post(
            f"{address.removesuffix('/dicom-web')}/instances", content, auth=(orthanc.USER, orthanc.PASSWORD), timeout=10
        )
        assert stored.json()["Status"] == "Success"
    header = dcmread(io.BytesIO(files[0]), stop_before_pixels=True)
    study, series = str(header.StudyInstanceUID), str(header.SeriesInstanceUID)
    archive = opened(address)
    fetched = archive.fetch(study, series)
    assert len(fetched) == len(files)
    predictor = load_predictor()
    analysis = analyse(read_upload(fetched), ClinicalRecord.of(age_years=74, sex="F", mmse=26, header_confirmed=True), predictor)
    assert analysis.prediction is not None
    results = dicom_objects(analysis, report_pdf(analysis, predictor.card), Identity.of_source(read_upload_patient(fetched)))
    assert archive.send(results) == len(results)
    with archive._client() as client:
        held = [item["00080060"]["Value"][0] for item in client.search_for_series(study)]
    assert {"MR", "SEG", "SR", "DOC", "OT"} <= set(held)
