"""The answer as FHIR R5: a preliminary DiagnosticReport with Observations, made of the structured report's own measurements.

By HL7's guide "DICOM SR to FHIR Resource Mapping" 1.0.0: an Observation for each measurement group with one for each of its
measurements and evaluations, and a Device for each algorithm. It holds no diagnosis, and of the patient the pseudonym alone.
"""

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from highdicom.sr import CodedConcept, MeasurementsAndQualitativeEvaluations
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import generate_uid

from adcore.analysis import Analysis, Provenance
from adcore.report.dicom.codes import SCHEME
from adcore.report.dicom.structured import measurement_groups
from adcore.report.wording import HEADLINES, refusal_texts
from adcore.words import DISCLAIMER

Resource = dict[str, Any]

SYSTEMS = {
    "SCT": "http://snomed.info/sct",
    "DCM": "http://dicom.nema.org/resources/ontology/DCM",
    "LN": "http://loinc.org",
    "UCUM": "http://unitsofmeasure.org",
    SCHEME: f"urn:oid:{generate_uid(entropy_srcs=[SCHEME])}",
}
"""By DICOM's designator."""

PSEUDONYMS = f"urn:oid:{generate_uid(entropy_srcs=['adcore pseudonyms'])}"
DICOM_UID = "urn:dicom:uid"


def fhir_bundle(analysis: Analysis) -> Resource:
    """The report as a Bundle of the type "collection", whose resources refer to each other by urn:uuid.

    The same analysis gives the same bundle. A scan without an answer has a report that says why.
    """
    made = analysis.provenance
    common = _common(analysis)
    entries: list[tuple[str, Resource]] = [
        ("network", _device(f"adcore {made.model_name}", made.adcore_version, "weights sha256", made.weights_sha256)),
        ("structures", _device("adcore structures", made.adcore_version, "weights sha256", made.structures_sha256)),
    ]
    results = []
    for group in measurement_groups(analysis):
        device = "structures" if group.finding_type == codes.SCT.AnatomicalStructure else "network"
        members = list(_members(group))
        whole = f"group {group.tracking_uid}"
        for name, member in members:
            entries.append((f"{whole} {name}", _observation(made, common, group, device) | member))
        refers = {"hasMember": [_reference(made, f"{whole} {name}", "Observation") for name, _ in members]}
        entries.append((whole, _observation(made, common, group, device) | _group(group) | refers))
        results.append(_reference(made, whole, "Observation"))
    report = {
        "resourceType": "DiagnosticReport",
        "identifier": [{"system": DICOM_UID, "value": f"urn:oid:{_uid(made, 'fhir report')}"}],
        "status": "preliminary",
        "code": _concept(codes.DCM.ImagingMeasurementReport),
        **{name: value for name, value in common.items() if name in ("subject", "issued", "effectiveDateTime")},
        **({"study": common["partOf"]} if "partOf" in common else {}),
        **({"result": results} if results else {}),
        "conclusion": _conclusion(analysis),
    }
    entries.insert(0, ("report", report))
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": made.created,
        "entry": [{"fullUrl": _url(made, name), "resource": resource} for name, resource in entries],
    }


def _common(analysis: Analysis) -> Resource:
    """Whom and what all of it is about."""
    scan, created = analysis.prepared.scan, analysis.provenance.created
    common: Resource = {
        "subject": {"type": "Patient", "identifier": {"system": PSEUDONYMS, "value": scan.pseudonym}},
        "effectiveDateTime": created,
        "issued": created,
    }
    if scan.source is not None:
        kind = _concept(Code("110180", "DCM", "Study Instance UID"))
        study = {"type": kind, "system": DICOM_UID, "value": f"urn:oid:{scan.source.study_uid}"}
        common["partOf"] = [{"type": "ImagingStudy", "identifier": study}]
    return common


def _observation(made: Provenance, common: Resource, group: MeasurementsAndQualitativeEvaluations, device: str) -> Resource:
    """What the Observation of a group and those of its members have in common."""
    derived = {"derivedFrom": common["partOf"]} if "partOf" in common else {}
    sites = [_concept(site.value) for site in group.finding_sites]
    return {
        "resourceType": "Observation",
        "status": "preliminary",
        **common,
        **derived,
        **({"bodySite": sites[0]} if sites else {}),
        "device": _reference(made, device, "Device"),
    }


def _group(group: MeasurementsAndQualitativeEvaluations) -> Resource:
    kind = Code("125007", "DCM", "Measurement Group")
    finding = group.finding_type
    return {
        "identifier": [{"system": DICOM_UID, "value": f"urn:oid:{group.tracking_uid}"}],
        "code": {**_concept(kind), "text": group.tracking_identifier},
        **({"valueCodeableConcept": _concept(finding)} if finding is not None else {}),
        "note": [{"text": DISCLAIMER}],
    }


def _members(group: MeasurementsAndQualitativeEvaluations) -> Iterator[tuple[str, Resource]]:
    """Each measurement and evaluation by the value of its code."""
    for one in group.get_measurements():
        quantity = {"value": float(one.value), "unit": one.unit.meaning, "system": SYSTEMS["UCUM"], "code": one.unit.value}
        yield one.name.value, {"code": _concept(one.name), "valueQuantity": quantity}
    for item in group.get_qualitative_evaluations():
        answer: Any = item.value
        yield item.name.value, {"code": _concept(item.name), "valueCodeableConcept": _concept(answer)}


def _device(name: str, version: str, *parameter: str) -> Resource:
    kind, value = parameter
    return {
        "resourceType": "Device",
        "manufacturer": "adcore",
        "displayName": name,
        "type": [_concept(codes.DCM.ArtificialIntelligence)],
        "version": [{"value": version}],
        "property": [{"type": {"text": kind}, "valueString": value}],
    }


def _conclusion(analysis: Analysis) -> str:
    """The answer in words and why it may be none, as on the PDF's first page."""
    answer = analysis.prediction
    said: Iterable[str]
    if answer is None:
        said = (*refusal_texts(analysis), *map(str, analysis.refusals))
    else:
        said = (f"{HEADLINES[answer.category]}.", *map(str, answer.reasons), *map(str, answer.notes))
    return " ".join((*said, DISCLAIMER))


def _concept(code: Code | CodedConcept) -> Resource:
    system = SYSTEMS[code.scheme_designator]
    return {"coding": [{"system": system, "code": code.value, "display": code.meaning}], "text": code.meaning}


def _reference(made: Provenance, name: str, kind: str) -> Resource:
    return {"reference": _url(made, name), "type": kind}


def _url(made: Provenance, name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, _uid(made, name))}"


def _uid(made: Provenance, name: str) -> str:
    return str(generate_uid(entropy_srcs=[made.scan_sha256, made.created, made.weights_sha256, name]))
