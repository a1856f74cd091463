"""The answer as FHIR: valid by a maintained library, equal to the structured report, preliminary, and of nobody by name."""

import io
import json
from dataclasses import replace
from typing import Any

import highdicom as hd
import pytest
from fhir.resources.bundle import Bundle

from adcore.analysis import Analysis
from adcore.report import Identity
from adcore.report.dicom.codes import SCHEME
from adcore.report.dicom.sources import source_images
from adcore.report.dicom.structured import structured_report
from adcore.report.fhir import PSEUDONYMS, SYSTEMS, fhir_bundle
from adcore.words import DISCLAIMER
from tests.support.dicom_builder import CANARY


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def references(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["reference"]} if isinstance(value.get("reference"), str) else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("name", ["of_dicom", "typical", "inconclusive", "refused", "untrained_age"])
def test_every_bundle_is_valid_fhir_and_refers_to_what_it_holds(name: str, request: pytest.FixtureRequest) -> None:
    bundle = fhir_bundle(request.getfixturevalue(name))
    Bundle.model_validate_json(json.dumps(bundle))
    assert references(bundle) <= {entry["fullUrl"] for entry in bundle["entry"]}
    assert len({entry["fullUrl"] for entry in bundle["entry"]}) == len(bundle["entry"])


def test_a_bundle_with_a_value_that_fhir_does_not_know_is_refused_by_that_library(typical: Analysis) -> None:
    bundle = fhir_bundle(typical)
    bundle["entry"][0]["resource"]["status"] = 3
    with pytest.raises(ValueError, match="status"):
        Bundle.model_validate_json(json.dumps(bundle))


def test_it_says_what_the_structured_report_says(of_dicom: Analysis) -> None:
    scan, prediction, patient = of_dicom.prepared.scan, of_dicom.prediction, Identity("A^B", "1")
    assert scan.source is not None
    assert prediction is not None
    file = io.BytesIO()
    structured_report(of_dicom, prediction, None, source_images(scan, scan.source, patient), patient).save_as(file)
    report = hd.sr.srread(io.BytesIO(file.getvalue()))
    written = {
        (group.tracking_identifier, one.name.meaning): (float(one.value), one.unit.value)
        for group in report.content.get_image_measurement_groups()
        for one in group.get_measurements()
    }
    bundle = fhir_bundle(of_dicom)
    by_url = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    (diagnostic,) = resources(bundle, "DiagnosticReport")
    said = {}
    for result in diagnostic["result"]:
        group = by_url[result["reference"]]
        for member in (by_url[one["reference"]] for one in group["hasMember"]):
            if "valueQuantity" in member:
                quantity = member["valueQuantity"]
                said[group["code"]["text"], member["code"]["text"]] = (quantity["value"], quantity["code"])
    assert said == written
    assert len(said) > 10


def test_all_of_it_is_preliminary_and_part_of_the_study_that_it_was_derived_from(of_dicom: Analysis) -> None:
    bundle = fhir_bundle(of_dicom)
    source = of_dicom.prepared.scan.source
    assert source is not None
    (report,) = resources(bundle, "DiagnosticReport")
    for one in (report, *resources(bundle, "Observation")):
        assert one["status"] == "preliminary"
    for one in resources(bundle, "Observation"):
        (study,) = one["derivedFrom"]
        assert one["partOf"] == [study]
        assert (study["type"], study["identifier"]["value"]) == ("ImagingStudy", f"urn:oid:{source.study_uid}")
        assert one["device"]["reference"] in {entry["fullUrl"] for entry in bundle["entry"]}
    assert report["study"] == [study]


def test_it_names_nobody_and_no_study_where_there_is_none(of_dicom: Analysis, typical: Analysis) -> None:
    assert CANARY not in json.dumps(fhir_bundle(of_dicom))
    bundle = fhir_bundle(typical)
    assert "ImagingStudy" not in json.dumps(bundle)
    for one in (*resources(bundle, "DiagnosticReport"), *resources(bundle, "Observation")):
        assert one["subject"]["identifier"] == {"system": PSEUDONYMS, "value": typical.prepared.scan.pseudonym}


def test_it_holds_no_diagnosis_and_says_what_it_is(of_dicom: Analysis, refused: Analysis) -> None:
    bundle = fhir_bundle(of_dicom)
    (report,) = resources(bundle, "DiagnosticReport")
    assert "conclusionCode" not in report
    assert report["conclusion"].endswith(DISCLAIMER)
    impairment = [one for one in resources(bundle, "Observation") if "impair" in json.dumps(one)]
    coded = {coding["system"] for one in impairment for coding in one["code"]["coding"]}
    assert coded == {SYSTEMS[SCHEME], SYSTEMS["DCM"]}  # no clinical scheme says so
    (none,) = resources(fhir_bundle(refused), "DiagnosticReport")
    assert str(refused.refusals[0]) in none["conclusion"]


def test_the_same_analysis_gives_the_same_bundle_and_another_time_another(typical: Analysis) -> None:
    assert fhir_bundle(typical) == fhir_bundle(typical)
    later = replace(typical, provenance=replace(typical.provenance, created="2025-01-01T00:00:00+00:00"))
    urls, others = ({entry["fullUrl"] for entry in fhir_bundle(one)["entry"]} for one in (typical, later))
    assert not urls & others
