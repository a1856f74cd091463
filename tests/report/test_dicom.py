import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import highdicom as hd
import numpy as np
import pytest
from nibabel.affines import apply_affine
from pydicom import Dataset, dcmread

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.errors import ReportError
from adcore.model.calibration import Estimate
from adcore.prepare.segmentation.structures import Side, label_of
from adcore.readers import read_patient, read_upload
from adcore.report import Identity, dicom_objects, no_dicom_because
from adcore.report.dicom.segmentation import segment_structures
from adcore.words import DISCLAIMER
from tests.report.conftest import FRAME, RECORD
from tests.support.dicom_builder import CANARY, as_bytes, enhanced, put, series
from tests.support.fakes import fake_analysis

LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


@pytest.fixture(scope="module")
def files(of_dicom: Analysis) -> dict[str, bytes]:
    return dicom_objects(of_dicom)


def opened(content: bytes) -> Dataset:
    return dcmread(io.BytesIO(content))


def test_all_objects_lie_in_the_sources_study_and_refer_to_its_images(files: dict[str, bytes], of_dicom: Analysis) -> None:
    source = of_dicom.prepared.scan.source
    assert source is not None
    assert set(files) == {"segmentation.dcm", "attention_vgg16.dcm", "attention_resnet50.dcm", "report.dcm"}
    for name, content in files.items():
        data = opened(content)
        assert data.StudyInstanceUID == source.study_uid
        assert data.SeriesInstanceUID != source.series_uid
        if name != "report.dcm":
            assert data.FrameOfReferenceUID == FRAME
            (referenced,) = data.ReferencedSeriesSequence
            assert referenced.SeriesInstanceUID == source.series_uid
            named = {item.ReferencedSOPInstanceUID for item in referenced.ReferencedInstanceSequence}
            assert named <= set(source.instance_uids)
    assert len({opened(content).SOPInstanceUID for content in files.values()}) == 4


def test_each_segment_lies_where_its_structure_lies_in_the_patient(files: dict[str, bytes], of_dicom: Analysis) -> None:
    parts = hd.seg.segread(io.BytesIO(files["segmentation.dcm"]))
    assert [parts.get_segment_description(n).segment_label for n in parts.segment_numbers] == [
        "left hippocampus",
        "right hippocampus",
    ]
    volume = parts.get_volume(combine_segments=True)
    labels = of_dicom.prepared.structures
    for side in Side.LEFT, Side.RIGHT:
        number = 1 + [part.side for part in segment_structures(of_dicom)].index(side)
        written = apply_affine(LPS @ volume.affine, np.argwhere(volume.array == number))
        wanted = apply_affine(of_dicom.prepared.scan.affine, np.argwhere(labels == label_of("hippocampus", side)))
        np.testing.assert_allclose(written[np.lexsort(written.T.round(2))], wanted[np.lexsort(wanted.T.round(2))], atol=0.01)
        item = parts.get_segment_description(number).SegmentedPropertyTypeCodeSequence[0]
        assert item.CodeValue == "5366008"
        assert item.SegmentedPropertyTypeModifierCodeSequence[0].CodeMeaning.lower() == side


def test_each_frame_names_the_source_image_at_its_place(files: dict[str, bytes], of_dicom: Analysis) -> None:
    source, affine = of_dicom.prepared.scan.source, of_dicom.prepared.scan.affine
    assert source is not None
    for name in ("segmentation.dcm", "attention_vgg16.dcm"):
        frames = opened(files[name]).PerFrameFunctionalGroupsSequence
        assert len(frames) > 1
        for frame in frames:
            (image,) = frame.DerivationImageSequence[0].SourceImageSequence
            number = source.instance_uids.index(image.ReferencedSOPInstanceUID)
            place = [float(value) for value in frame.PlanePositionSequence[0].ImagePositionPatient]
            np.testing.assert_allclose(place, apply_affine(LPS @ affine, (0, 0, number)), atol=0.01)


def test_a_map_holds_the_raw_values_at_their_places(files: dict[str, bytes], of_dicom: Analysis) -> None:
    assert of_dicom.explanation is not None
    for branch in IMAGE_BRANCHES:
        volume = hd.imread(io.BytesIO(files[f"attention_{branch}.dcm"])).get_volume()
        raw = of_dicom.explanation.heatmaps[branch]
        written = np.argwhere(volume.array > 0)
        to_scan = np.linalg.inv(of_dicom.prepared.scan.affine) @ LPS @ volume.affine
        at = np.rint(apply_affine(to_scan, written)).astype(int)
        assert len(written) == (raw > 0).sum() > 0
        np.testing.assert_array_equal(volume.array[tuple(written.T)].astype(np.float32), raw[tuple(at.T)])


def test_the_structured_report_names_algorithm_answer_and_volumes(files: dict[str, bytes], of_dicom: Analysis) -> None:
    report = hd.sr.srread(io.BytesIO(files["report.dcm"]))
    assert (report.VerificationFlag, report.PreliminaryFlag) == ("UNVERIFIED", "PRELIMINARY")
    groups = report.content.get_image_measurement_groups()
    answers = {group.tracking_identifier: group for group in groups}
    assert set(answers) >= {"Fused", "Without MMSE", "VGG16", "ResNet50", "Clinical fields", "hippocampi"}
    fused = answers["Fused"]
    values = {m.name.value: m.value for m in fused.get_measurements()}
    assert of_dicom.prediction is not None
    best = of_dicom.prediction.fused
    assert values == pytest.approx(
        {"p-impaired": 100 * best.probability, "p-low": 100 * best.low, "p-high": 100 * best.high}, abs=0.01
    )
    evaluations = {item.name.meaning: item.value.meaning for item in fused.get_qualitative_evaluations()}
    assert evaluations["Verbal answer"] == "Likely impaired"
    texts = [str(item.TextValue) for item in report.ContentSequence if "TextValue" in item]
    assert DISCLAIMER in texts
    made = of_dicom.provenance
    for text in (f"adcore {made.model_name}", made.adcore_version, f"weights sha256 {made.weights_sha256}"):
        assert text.encode() in files["report.dcm"]
    parts = opened(files["segmentation.dcm"])
    rois = report.content.get_volumetric_roi_measurement_groups()
    assert [roi.tracking_identifier for roi in rois] == [part.name for part in segment_structures(of_dicom)]
    assert {roi.referenced_segment.referenced_sop_instance_uid for roi in rois} == {parts.SOPInstanceUID}


def test_the_structured_report_names_what_is_held_at_the_edge_of_its_calibration(of_dicom: Analysis) -> None:
    assert of_dicom.prediction is not None
    held = replace(of_dicom.prediction, without_mmse=Estimate(0.05, 0.02, 0.1, at_edge=True))
    report = opened(dicom_objects(replace(of_dicom, prediction=held))["report.dcm"])
    texts = [str(item.TextValue) for item in report.ContentSequence if "TextValue" in item]
    assert any(text.startswith("Held at the edge of the calibration: Without MMSE.") for text in texts)


def test_no_name_is_in_any_object_and_the_pseudonym_is(files: dict[str, bytes], of_dicom: Analysis) -> None:
    for content in files.values():
        assert CANARY.encode() not in content
        data = opened(content)
        assert data.PatientID == of_dicom.prepared.scan.pseudonym
        assert data.PatientIdentityRemoved == "YES"
        assert data.PatientBirthDate == ""


def test_the_patient_of_the_source_can_be_named_on_purpose(of_dicom: Analysis, tmp_path: Path) -> None:
    slices = series()
    put(slices, PatientName="Müller^Änne", SpecificCharacterSet="ISO_IR 100", StudyDate="20200102", PatientSex="X", StudyID="7")
    for number, data in enumerate(slices):
        (tmp_path / f"{number}.dcm").write_bytes(as_bytes(data))
    patient = read_patient(tmp_path)
    assert patient["PatientName"] == "Müller^Änne"
    assert patient["PatientSex"] == ""  # not what DICOM allows
    for content in dicom_objects(of_dicom, Identity.of_source(patient)).values():
        data = opened(content)
        assert data.PatientName == "Müller^Änne"
        assert (data.StudyDate, data.StudyID, data.PatientBirthDate) == ("20200102", "7", "19410101")
        assert "PatientIdentityRemoved" not in data


def test_objects_for_two_identities_are_two_objects(files: dict[str, bytes], of_dicom: Analysis) -> None:
    named = dicom_objects(of_dicom, Identity(PatientName="A^B", PatientID="1"))
    for name, content in named.items():
        assert opened(content).SOPInstanceUID != opened(files[name]).SOPInstanceUID


def test_the_same_analysis_gives_the_same_objects(files: dict[str, bytes], of_dicom: Analysis) -> None:
    assert dicom_objects(of_dicom) == files


def test_a_scan_without_a_series_says_why_there_is_nothing(typical: Analysis, refused: Analysis, of_dicom: Analysis) -> None:
    assert no_dicom_because(of_dicom) is None
    with pytest.raises(ReportError, match="was not read from DICOM images"):
        dicom_objects(typical)
    with pytest.raises(ReportError, match="failed its checks"):
        dicom_objects(refused)


def test_where_no_part_was_found_there_is_no_segmentation_and_the_report_stands(of_dicom: Analysis) -> None:
    prepared = replace(of_dicom.prepared)
    vars(prepared)["structures"] = np.zeros_like(of_dicom.prepared.structures)
    made = dicom_objects(replace(of_dicom, prepared=prepared))
    assert "segmentation.dcm" not in made
    assert not hd.sr.srread(io.BytesIO(made["report.dcm"])).content.get_volumetric_roi_measurement_groups()


def test_an_enhanced_object_is_referred_to_frame_by_frame() -> None:
    data = enhanced(series())
    data.FrameOfReferenceUID = FRAME
    scan = read_upload([("x", as_bytes(data))])
    assert scan.source is not None
    assert scan.source.multi_frame
    analysis = fake_analysis(scan, RECORD)
    labels = np.zeros(scan.voxels.shape, np.uint8)
    labels[2, 3, 4] = label_of("hippocampus", Side.LEFT)
    prepared = replace(analysis.prepared)
    vars(prepared)["structures"] = labels
    made = dicom_objects(replace(analysis, prepared=prepared))
    (frame,) = opened(made["segmentation.dcm"]).PerFrameFunctionalGroupsSequence
    (image,) = frame.DerivationImageSequence[0].SourceImageSequence
    assert image.ReferencedSOPInstanceUID == data.SOPInstanceUID
    assert image.ReferencedFrameNumber == 5


@pytest.mark.skipif(shutil.which("dsrdump") is None, reason="needs dcmtk: apt-get install dcmtk")
def test_dcmtk_reads_the_report_and_the_images(files: dict[str, bytes], tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        dumped = subprocess.run(["dcmdump", "-q", tmp_path / name], capture_output=True, text=True, check=False)
        assert dumped.returncode == 0, dumped.stderr
    read = subprocess.run(["dsrdump", tmp_path / "report.dcm"], capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr
    assert "E:" not in read.stderr
    assert "W:" not in read.stderr
    assert "Comprehensive 3D SR Document" in read.stdout
