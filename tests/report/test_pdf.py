import io
import re
from dataclasses import replace

import pytest
from pypdf import PageObject, PdfReader

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.reader_note import ReaderNote
from adcore.case.reason import AbstentionCode, NoteCode, Reason
from adcore.explain import RegionSaliency
from adcore.explain.explanation import Quality, QualityCheck
from adcore.explain.regions import OUTSIDE_NAME
from adcore.explain.sides import saliency_by_structure
from adcore.model.card import ModelCard
from adcore.model.card_schema import TargetCard
from adcore.prepare.segmentation.structures import PAIRED
from adcore.report import report_pdf
from adcore.report.back import region_rows
from adcore.report.sheet import CUT
from adcore.report.wording import LOOKED
from adcore.volumetry import VolumeFinding
from adcore.volumetry.norms import load_norms
from adcore.words import DISCLAIMER
from tests.support.fakes import fake_analysis, head_scan, with_silent_vgg16


def pages(pdf: bytes) -> list[str]:
    """The words of each page, as someone who selects them gets them, spaces and line ends made one."""
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def least_points(pdf: bytes) -> float:
    """The smallest font of any page."""
    sizes: list[float] = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        page.extract_text(visitor_text=lambda text, _, matrix, font, size: sizes.append(size) if text.strip() else None)
    return min(sizes)


def places_of_text(page: PageObject) -> list[tuple[float, float]]:
    """Where each piece of text begins, in points from the lower left corner."""
    places: list[tuple[float, float]] = []

    def note_place(text: str, _: object, matrix: list[float], *rest: object) -> None:
        if text.strip():
            places.append((matrix[4], matrix[5]))

    page.extract_text(visitor_text=note_place)
    return places


@pytest.mark.parametrize("case", ["typical", "inconclusive", "refused", "untrained_age"])
def test_every_report_is_one_page_and_an_appendix_that_carry_disclaimer_and_case(
    case: str, card: ModelCard, request: pytest.FixtureRequest
) -> None:
    analysis = request.getfixturevalue(case)
    found = pages(report_pdf(analysis, card))
    assert len(found) == 4
    for number, text in enumerate(found, start=1):
        assert DISCLAIMER in text
        assert f"{analysis.prepared.scan.pseudonym}, page {number} of 4" in text
    assert "Reader" in found[0]
    assert "Date" in found[0]
    assert "Trained on" in found[0]
    assert all(LOOKED in text for text in found[1:])
    assert least_points(report_pdf(analysis, card)) >= 8


def test_the_first_page_gives_the_answer_with_its_numbers(typical: Analysis, card: ModelCard) -> None:
    first, details, *_ = pages(report_pdf(typical, card))
    assert "Likely impaired" in first
    assert "For impairment: VGG16 58%, the fields 64%; against: ResNet50 44%, structures 47%." in first
    assert "Probability of impairment 64% (52 to 74%)" in first
    both = (
        "Where half of the patients are impaired, as in training: 64 (52 to 74) of 100 people like this are impaired",
        "Where 1 in 5 is impaired: 31 (21 to 42) of 100 people like this are impaired (CDR above 0).",
    )
    assert all(sentence in first for sentence in both)
    for field in ("74 years", "female", "Education 12 years", "MMSE 21 points", "unknown: Socio-economic status"):
        assert field in first
    assert "Without MMSE 52% (40 to 62%)" in details
    assert "Held at the edge" not in details
    for part in ("VGG16 58% (46 to 68%)", "ResNet50 44% (32 to 54%)", "dashed: threshold 50%"):
        assert part in details


def test_a_report_speaks_of_the_label_that_its_model_was_trained_on(typical: Analysis, card: ModelCard) -> None:
    diagnosis = TargetCard(column="diagnosis", positive=("AD", "MCI"))
    assert typical.prediction is not None
    other = replace(typical, prediction=replace(typical.prediction, label=diagnosis))
    found = pages(report_pdf(other, card.model_copy(update={"target": diagnosis})))
    assert "A positive label (diagnosis AD or MCI) from a T1 MRI" in found[0]
    assert "Probability of a positive label 64% (52 to 74%)" in found[0]
    assert "For a positive label: VGG16 58%" in found[0]
    assert "of 100 people like this are positive (diagnosis AD or MCI)." in found[0]
    assert not any("CDR above 0" in page for page in found)


def test_an_inconclusive_answer_says_why_and_every_unknown_field_is_named(inconclusive: Analysis, card: ModelCard) -> None:
    first, details, *_ = pages(report_pdf(inconclusive, card))
    assert "Inconclusive" in first
    assert "Why the answer is inconclusive: The 90% interval includes the decision threshold." in details
    assert "MMSE is unknown and was not used for this answer." in details
    for field in ("Age", "Sex", "Education", "Socio-economic status", "MMSE"):
        assert f"{field} unknown" in details


def test_what_is_held_at_the_edge_of_its_calibration_is_named(card: ModelCard) -> None:
    held = fake_analysis(head_scan(), ClinicalRecord(age_years=74, mmse=5))
    assert "Held at the edge of the calibration: Fused, Clinical fields." in pages(report_pdf(held, card))[1]


def test_a_silent_branch_has_no_number_and_the_reason(typical: Analysis, card: ModelCard) -> None:
    first, details, *_ = pages(report_pdf(with_silent_vgg16(typical), card))
    assert "VGG16 is silent. It did not rank participants the right way." in details
    assert "VGG16 58%" not in first + details
    assert "ResNet50 44% (32 to 54%)" in details


def test_a_refused_scan_shows_its_reasons_and_no_probability(refused: Analysis, card: ModelCard) -> None:
    first, *_, last = pages(report_pdf(refused, card))
    assert "No probability for this scan" in first
    assert refused.refusals[0].sentence in first
    assert "Probability of impairment" not in first
    assert "1 of 1 failed" in first
    assert "registration 0.41 0.7 no" in last


def test_a_clinics_own_prevalence_leads_the_report(typical: Analysis, card: ModelCard) -> None:
    first = pages(report_pdf(typical, card, prevalence=0.2))[0]
    assert "Probability of impairment 31% (21 to 42%)" in first
    assert "as in your clinic: 31 (21 to 42) of 100" in first
    assert "as in training: 64 (52 to 74) of 100" in first


def test_at_an_age_not_trained_on_there_are_volumes_and_no_probability(untrained_age: Analysis, card: ModelCard) -> None:
    first, _, volumes, _ = pages(report_pdf(untrained_age, card))
    assert "No probability at this age" in first
    assert untrained_age.refusals[0].sentence in first
    assert "all 1 passed" in first
    assert "Probability of impairment" not in first
    assert "Hippocampi 6.2 ml" in volumes


def test_what_is_noted_stands_beside_the_answer(typical: Analysis, card: ModelCard) -> None:
    assert typical.prediction is not None
    note = Reason(NoteCode.BRANCHES_DISAGREE, "The branches of the model disagree.")
    details = pages(report_pdf(replace(typical, prediction=replace(typical.prediction, notes=(note,))), card))[1]
    assert "Beside the answer: The branches of the model disagree." in details


def test_the_last_page_holds_all_of_the_provenance_and_what_the_model_is_for(typical: Analysis, card: ModelCard) -> None:
    last = pages(report_pdf(typical, card))[-1]
    joined, made = last.replace(" ", ""), typical.provenance
    for digest in (made.scan_sha256, made.weights_sha256, made.structures_sha256, made.preparation_digest, made.created):
        assert digest in joined
    assert card.intended_use in last


def test_volumes_stand_beside_their_cohort_with_its_size(card: ModelCard) -> None:
    score = load_norms().score("hippocampi", 6.2, 1512, 74, Sex.FEMALE)
    finding = VolumeFinding("hippocampi", 6.2, 0.0041, score, None)
    analysis = replace(fake_analysis(head_scan(), ClinicalRecord(age_years=74, sex=Sex.FEMALE)), volumes=(finding,))
    first, _, second, _ = pages(report_pdf(analysis, card))
    assert "Hippocampi" in first
    assert f"from {load_norms().participants} healthy IXI adults of 20 to 82 years" in second
    assert "Hippocampi 6.2 ml 0.41%" in second
    assert "below -3 (below -3)" in second
    assert "Medial temporal, 0 to 4" in first
    assert "computed, not rated" in first


def test_regions_stand_by_side_the_strongest_first(typical: Analysis) -> None:
    assert typical.explanation is not None
    found = (
        *(RegionSaliency("vgg16", f"{side} {name}", 0.03) for name in PAIRED[:13] for side in ("left", "right")),
        RegionSaliency("resnet50", "brainstem", 0.75),
        RegionSaliency("resnet50", OUTSIDE_NAME, 0.25),
    )
    structures = saliency_by_structure(found, typical.prepared.slice_structures)
    _, sides, *rows = region_rows(replace(typical.explanation, structures=structures))
    assert sides == ("", "left", "right", "left", "right")
    assert rows[0] == ("brainstem", "0% in all", "", "75% in all", "")
    assert rows[1:-1] == [(name, "3%", "3%", "0%", "0%") for name in PAIRED[:13]]
    assert rows[-1] == (OUTSIDE_NAME, "0% in all", "", "25% in all", "")


def test_the_regions_say_where_a_map_does_not_tell_the_side(typical: Analysis, card: ModelCard) -> None:
    assert typical.explanation is not None
    sentence = "Do not compare its left with its right."
    assert sentence not in " ".join(pages(report_pdf(typical, card)))
    untold = Quality((QualityCheck("planted side found", "vgg16", 0.6, 0.9, False, sentence),))
    analysis = replace(typical, explanation=replace(typical.explanation, quality=untold))
    assert sentence in pages(report_pdf(analysis, card))[2]


def test_where_there_is_no_comparison_the_reason_stands(typical: Analysis, card: ModelCard) -> None:
    assert "Age and sex are needed." in pages(report_pdf(typical, card))[2]


@pytest.mark.slow
def test_texts_of_any_length_stay_on_their_page_and_say_that_they_were_cut(inconclusive: Analysis, card: ModelCard) -> None:
    assert inconclusive.prediction is not None
    endless = "Endless reason. " * 400
    wordy_reason = Reason(AbstentionCode.AGE_UNKNOWN, endless)
    analysis = replace(inconclusive, prediction=replace(inconclusive.prediction, reasons=(wordy_reason,)))
    note = ReaderNote(0.3, True, False, "W" * 5000, "2026-01-01T00:00:00+00:00")
    wordy = card.model_copy(update={"limits": [endless], "not_for": [endless]})
    reader = PdfReader(io.BytesIO(report_pdf(analysis, wordy, note)))
    assert [page.extract_text().count(CUT.strip()) for page in reader.pages] == [1, 1, 0, 2]
    for page in reader.pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        places = places_of_text(page)
        assert places
        assert all(0 < x < width and 20 < y < height for x, y in places)


def test_the_readers_note_is_printed_with_when_it_was_given(typical: Analysis, card: ModelCard) -> None:
    note = ReaderNote(0.3, True, False, "Wide sulci, small hippocampi: Žluťoučký Ελλάς Имя.", "2026-01-01T00:00:00+00:00")
    first, *_, last = pages(report_pdf(typical, card, note))
    assert "Own estimate 30%, given before the model's answer was shown. Disagrees with the model." in first
    assert "Why: Wide sulci, small hippocampi: Žluťoučký Ελλάς Имя." in last
    assert "Reader's note None." in pages(report_pdf(typical, card))[-1]


def test_the_same_analysis_gives_the_same_bytes_dated_by_its_provenance(typical: Analysis, card: ModelCard) -> None:
    made = report_pdf(typical, card)
    assert made == report_pdf(typical, card)
    assert PdfReader(io.BytesIO(made)).metadata.creation_date.isoformat() == typical.provenance.created  # type: ignore[union-attr]


def test_the_pictures_have_words_for_those_who_cannot_see_them(typical: Analysis, card: ModelCard) -> None:
    made = report_pdf(typical, card)
    first, details, *_ = PdfReader(io.BytesIO(made)).pages
    assert len(first.images) == 2
    assert len(details.images) == 6  # five views, and one scale drawn twice
    for words in ("Coronal, VGG16", "Sagittal, T1", "Axial, T1", "synthetic head"):
        assert words.encode() in made or words.encode("utf-16-be") in made
