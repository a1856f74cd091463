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
from adcore.model.calibration import Estimate
from adcore.prepare.segmentation.structures import Side, label_of
from adcore.readers import read_patient, read_upload
from adcore.report import Identity, dicom_objects, only_pages_because
from adcore.report.dicom.pages import encapsulated_report
from adcore.report.dicom.segmentation import segment_structures
from adcore.report.pictures import colour_bar
from adcore.words import DISCLAIMER
from tests.report.conftest import FRAME, RECORD
from tests.support.dicom_builder import CANARY, as_bytes, enhanced, put, series
from tests.support.fakes import fake_analysis

LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
PDF = b"%PDF-1.7, odd"
EXPECTED = (  # of dciodvfy
    "Warning - Missing attribute or value that would be needed to build DICOMDIR - Study",  # a pseudonym states no study's date
    "Warning - Unrecognized defined term <QUANTITY>",  # by Supplement 172, which is newer than it
    "Warning - Unrecognized defined term <99ADCORE>",  # declared, as private schemes are
)
REFERRING = {"segmentation.dcm", "attention_vgg16.dcm", "attention_resnet50.dcm", "report.dcm"}
PICTURES = {"picture_coronal.dcm", "picture_axial.dcm", "picture_vgg16.dcm", "picture_resnet50.dcm"}


@pytest.fixture(scope="module")
def files(of_dicom: Analysis) -> dict[str, bytes]:
    return dicom_objects(of_dicom, PDF)


def opened(content: bytes) -> Dataset:
    return dcmread(io.BytesIO(content))


def test_all_objects_lie_in_the_sources_study_and_refer_to_its_images(files: dict[str, bytes], of_dicom: Analysis) -> None:
    source = of_dicom.prepared.scan.source
    assert source is not None
    assert set(files) == REFERRING | PICTURES | {"report_pdf.dcm"}
    for name, content in files.items():
        data = opened(content)
        assert data.StudyInstanceUID == source.study_uid
        assert data.SeriesInstanceUID != source.series_uid
        if name in REFERRING - {"report.dcm"}:
            assert data.FrameOfReferenceUID == FRAME
            (referenced,) = data.ReferencedSeriesSequence
            assert referenced.SeriesInstanceUID == source.series_uid
            named = {item.ReferencedSOPInstanceUID for item in referenced.ReferencedInstanceSequence}
            assert named <= set(source.instance_uids)
    assert len({opened(content).SOPInstanceUID for content in files.values()}) == len(files)
    assert len({opened(content).SeriesInstanceUID for content in files.values()}) == 5  # a series a kind


def test_the_report_is_a_document_of_the_study_with_the_pdf_as_it_is(files: dict[str, bytes], of_dicom: Analysis) -> None:
    data = opened(files["report_pdf.dcm"])
    assert (data.Modality, data.MIMETypeOfEncapsulatedDocument) == ("DOC", "application/pdf")
    assert data.EncapsulatedDocument[: data.EncapsulatedDocumentLength] == PDF
    assert data.VerificationFlag == "UNVERIFIED"
    assert DISCLAIMER in data.DocumentTitle
    source = of_dicom.prepared.scan.source
    assert source is not None
    assert [item.ReferencedSOPInstanceUID for item in data.SourceInstanceSequence] == list(source.instance_uids)


def test_a_report_that_changed_is_another_object(files: dict[str, bytes], of_dicom: Analysis) -> None:
    first = opened(files["report_pdf.dcm"])
    later = encapsulated_report(
        of_dicom, PDF + b", with a note", first.StudyInstanceUID, Identity.pseudonym(of_dicom.prepared.scan)
    )
    assert later.SOPInstanceUID != first.SOPInstanceUID
    assert later.SeriesInstanceUID == first.SeriesInstanceUID


def test_pictures_are_in_colour_with_their_directions_and_the_disclaimer(files: dict[str, bytes], of_dicom: Analysis) -> None:
    for name in PICTURES:
        data = opened(files[name])
        assert data.pixel_array.shape[2] == 3
        assert data.PatientOrientation == (["L", "P"] if "axial" in name else ["L", "F"])
        assert DISCLAIMER in data.ImageComments
        assert data.ConversionType == "DI"
    assert of_dicom.explanation is not None
    bar = colour_bar(40, 1, of_dicom.explanation.method.signed)
    assert (opened(files["picture_vgg16.dcm"]).pixel_array == np.asarray(bar)[0, -1]).all(axis=2).any()  # the scale's end


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
    report = opened(dicom_objects(replace(of_dicom, prediction=held), PDF)["report.dcm"])
    texts = [str(item.TextValue) for item in report.ContentSequence if "TextValue" in item]
    assert any(text.startswith("Held at the edge of the calibration: Without MMSE.") for text in texts)


def test_no_name_is_in_any_object_and_the_pseudonym_is(files: dict[str, bytes], of_dicom: Analysis) -> None:
    for content in files.values():
        assert CANARY.encode() not in content
        data = opened(content)
        assert data.PatientID == of_dicom.prepared.scan.pseudonym
        assert data.PatientIdentityRemoved == "YES"
        assert data.PatientBirthDate == ""


@pytest.mark.slow
def test_the_patient_of_the_source_can_be_named_on_purpose(of_dicom: Analysis, tmp_path: Path) -> None:
    slices = series()
    put(slices, PatientName="Müller^Änne", SpecificCharacterSet="ISO_IR 100", StudyDate="20200102", PatientSex="X", StudyID="7")
    for number, data in enumerate(slices):
        (tmp_path / f"{number}.dcm").write_bytes(as_bytes(data))
    patient = read_patient(tmp_path)
    assert patient["PatientName"] == "Müller^Änne"
    assert patient["PatientSex"] == ""  # not what DICOM allows
    for content in dicom_objects(of_dicom, PDF, Identity.of_source(patient)).values():
        data = opened(content)
        assert data.PatientName == "Müller^Änne"
        assert (data.StudyDate, data.StudyID, data.PatientBirthDate) == ("20200102", "7", "19410101")
        assert "PatientIdentityRemoved" not in data


def test_objects_for_two_identities_are_two_objects(files: dict[str, bytes], of_dicom: Analysis) -> None:
    named = dicom_objects(of_dicom, PDF, Identity(PatientName="A^B", PatientID="1"))
    for name, content in named.items():
        assert opened(content).SOPInstanceUID != opened(files[name]).SOPInstanceUID


def test_the_same_analysis_gives_the_same_objects(files: dict[str, bytes], of_dicom: Analysis) -> None:
    assert dicom_objects(of_dicom, PDF) == files


def test_without_a_series_there_is_a_study_of_report_and_pictures_alone(typical: Analysis, of_dicom: Analysis) -> None:
    assert only_pages_because(of_dicom) is None
    assert "was not read from DICOM images" in str(only_pages_because(typical))
    made = dicom_objects(typical, PDF)
    assert set(made) == PICTURES | {"report_pdf.dcm"}
    (study,) = {opened(content).StudyInstanceUID for content in made.values()}
    again = dicom_objects(replace(typical, provenance=replace(typical.provenance, created="2025-01-01T00:00:00+00:00")), PDF)
    assert {opened(content).StudyInstanceUID for content in again.values()} == {study}  # a later answer to the same scan
    assert "SourceInstanceSequence" not in opened(made["report_pdf.dcm"])


def test_a_refused_scan_has_its_report_and_two_plain_slices(refused: Analysis) -> None:
    assert "without an answer" in str(only_pages_because(refused))
    made = dicom_objects(refused, PDF)
    assert set(made) == {"report_pdf.dcm", "picture_coronal.dcm", "picture_axial.dcm"}


def test_pictures_name_no_direction_where_the_file_does_not_know_the_sides(typical: Analysis) -> None:
    prepared = replace(typical.prepared, scan=replace(typical.prepared.scan, sides_known=False))
    made = dicom_objects(replace(typical, prepared=prepared), PDF)
    assert all(not opened(made[name]).PatientOrientation for name in PICTURES)


def test_where_no_part_was_found_there_is_no_segmentation_and_the_report_stands(of_dicom: Analysis) -> None:
    prepared = replace(of_dicom.prepared)
    vars(prepared)["structures"] = np.zeros_like(of_dicom.prepared.structures)
    made = dicom_objects(replace(of_dicom, prepared=prepared), PDF)
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
    made = dicom_objects(replace(analysis, prepared=prepared), PDF)
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
    wanted = tmp_path / "again.pdf"
    subprocess.run(["dcm2pdf", "-q", tmp_path / "report_pdf.dcm", wanted], check=True)
    assert wanted.read_bytes().startswith(PDF)


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="needs dicom3tools: apt-get install dicom3tools")
def test_every_object_is_what_the_standard_wants_of_it(
    files: dict[str, bytes], typical: Analysis, refused: Analysis, tmp_path: Path
) -> None:
    of_nifti = {f"nifti_{name}": content for name, content in dicom_objects(typical, PDF).items()}
    every = files | of_nifti | {f"refused_{name}": content for name, content in dicom_objects(refused, PDF).items()}
    for name, content in every.items():
        (tmp_path / name).write_bytes(content)
        judged = subprocess.run(["dciodvfy", tmp_path / name], capture_output=True, text=True, check=False)
        said = judged.stdout + judged.stderr
        assert "Error" not in said, (name, said)
        assert not [line for line in said.splitlines() if line.startswith("Warning") and not line.startswith(EXPECTED)], (
            name,
            said,
        )
