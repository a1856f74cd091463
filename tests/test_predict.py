from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from adcore.answer.mmse_error import band_scores
from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.case.clinical import ClinicalRecord, MmseBand
from adcore.case.reason import AbstentionCode
from adcore.errors import ClinicalRecordError, ModelError, PreparationMismatchError
from adcore.explain.contributions import contributions
from adcore.explain.what_if import what_if
from adcore.model.card import TrainingDistanceCard
from adcore.model.card_schema import CDR, ConformalLimits, TargetCard
from adcore.networks.training_distance import TrainingDistance, scan_features
from adcore.predict import Category, Predictor, ScanReading, inputs_of, load_predictor, model_folder
from adcore.prepare.slices import SliceConfig
from adcore.volumetry.wide_ventricles import Ventricles
from tests.support.untrained import untrained_card, untrained_network, write_untrained_model

SLICES_MM = (-30.0, -26.0, -22.0)
RECORD = ClinicalRecord.of(age_years=74, sex="F", education_years=12, ses=3, mmse=26)


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(untrained_card(), untrained_network())


@pytest.fixture(scope="module")
def reading(predictor: Predictor) -> ScanReading:
    slices = np.random.default_rng(0).uniform(0, 1.2, (3, 112, 112)).astype(np.float32)
    return predictor.read_slices(slices, SLICES_MM)


def test_an_answer_says_what_its_own_models_label_is(predictor: Predictor, reading: ScanReading) -> None:
    assert predictor.predict(reading, RECORD).label == CDR
    diagnosis = TargetCard(column="diagnosis", positive=("AD", "MCI"))
    other = Predictor(untrained_card().model_copy(update={"target": diagnosis}), untrained_network())
    assert other.predict(reading, RECORD).label.outcome == "a positive label (diagnosis AD or MCI)"


def test_the_same_case_gets_the_same_answer(predictor: Predictor, reading: ScanReading) -> None:
    assert predictor.predict(reading, RECORD).fused == predictor.predict(reading, RECORD).fused


def test_every_branch_has_a_probability_within_its_interval(predictor: Predictor, reading: ScanReading) -> None:
    prediction = predictor.predict(reading, RECORD)
    for estimate in (prediction.fused, *prediction.branches.values()):
        assert estimate is not None
        assert 0 < estimate.low <= estimate.probability <= estimate.high < 1
    for branch in IMAGE_BRANCHES:
        assert prediction.attention[branch].sum() == pytest.approx(1, abs=1e-5)


def test_the_clinical_fields_change_the_fused_answer_but_not_the_image_branches(
    predictor: Predictor, reading: ScanReading
) -> None:
    one, other = (predictor.predict(reading, RECORD.model_copy(update={"mmse": score})) for score in (29, 12))
    assert one.fused != other.fused
    assert one.branches[Branch.VGG16] == other.branches[Branch.VGG16]
    assert one.without_mmse == other.without_mmse


def test_intervals_carry_the_error_of_mmse_and_nothing_else_changes(predictor: Predictor, reading: ScanReading) -> None:
    certain = Predictor(untrained_card(spread=1e-8), predictor.network)  # else the calibration's own uncertainty hides the error
    told = certain.predict(reading, RECORD)
    (exact,) = certain.answers(reading.features, [RECORD])
    for wide, narrow in ((told.fused, exact.fused), (told.branches[Branch.CLINICAL], exact.branches[Branch.CLINICAL])):
        assert wide is not None
        assert narrow is not None
        assert wide.probability == pytest.approx(narrow.probability, abs=1e-6)
        assert wide.high - wide.low > narrow.high - narrow.low
    assert told.branches[Branch.VGG16] == exact.branches[Branch.VGG16]
    assert told.reasons == exact.reasons
    bare = RECORD.model_copy(update={"mmse": None})
    assert certain.predict(reading, bare).fused.low == pytest.approx(told.without_mmse.low if told.without_mmse else 0, abs=1e-6)


def test_the_answer_of_the_scan_alone_is_given_beside_whatever_is_known(predictor: Predictor, reading: ScanReading) -> None:
    alone = predictor.predict(reading, RECORD).scan_alone
    assert alone is not None
    assert alone.log_odds == pytest.approx(predictor.predict(reading, ClinicalRecord()).fused.log_odds, abs=1e-5)
    assert predictor.predict(None, RECORD).scan_alone is None


def test_without_fields_the_clinical_branch_is_silent_and_so_is_the_score_without_mmse(
    predictor: Predictor, reading: ScanReading
) -> None:
    prediction = predictor.predict(reading, ClinicalRecord())
    assert prediction.branches[Branch.CLINICAL] is None
    assert prediction.without_mmse is None


@pytest.mark.parametrize(
    ("record", "inputs"),
    [(ClinicalRecord(), "images"), (ClinicalRecord.of(age_years=70), "no_mmse"), (ClinicalRecord.of(mmse=20), "all")],
)
def test_the_calibration_follows_what_is_known(record: ClinicalRecord, inputs: str) -> None:
    assert inputs_of(record) == inputs


def test_without_a_scan_the_clinical_branch_answers_where_the_card_calibrates_no_fusion_for_that(
    predictor: Predictor, reading: ScanReading
) -> None:
    prediction = predictor.predict(None, RECORD)
    assert (
        prediction.fused == prediction.branches[Branch.CLINICAL] == predictor.predict(reading, RECORD).branches[Branch.CLINICAL]
    )
    assert prediction.branches[Branch.VGG16] is prediction.branches[Branch.RESNET50] is None
    assert prediction.attention == {}
    assert prediction.without_mmse is not None


def test_without_a_scan_the_fusion_answers_where_the_card_calibrates_it() -> None:
    card = untrained_card()
    calibrated = card.calibrations | {"no_scan_all_fused": replace(card.calibrations["all_fused"], slope=0.0, intercept=2.0)}
    prediction = Predictor(card.model_copy(update={"calibrations": calibrated}), untrained_network()).predict(None, RECORD)
    assert prediction.fused.probability == pytest.approx(1 / (1 + np.exp(-2)))


@pytest.mark.parametrize("known", [{"age_years": 74}, {"mmse": 20}, {"sex": "F", "ses": 2}])
@pytest.mark.parametrize("scan", [True, False])
def test_any_part_of_what_could_be_known_gets_an_answer(
    predictor: Predictor, reading: ScanReading, known: dict[str, object], scan: bool
) -> None:
    prediction = predictor.predict(reading if scan else None, ClinicalRecord.of(**known))
    assert 0 < prediction.fused.probability < 1


def without(*names: str) -> Predictor:
    """The untrained model, calibrated without a scan as well and silent under some names."""
    card = untrained_card()
    scanless = {f"no_scan_{inputs}_fused": card.calibrations[f"{inputs}_fused"] for inputs in ("no_mmse", "all")}
    heard = {name: one for name, one in (card.calibrations | scanless).items() if name not in names}
    silent = {name: f"Not {name}." for name in names}
    return Predictor(card.model_copy(update={"calibrations": heard, "silent": silent}), untrained_network())


def test_a_silent_branch_has_no_probability_and_says_why(predictor: Predictor, reading: ScanReading) -> None:
    prediction = without("all_vgg16", "no_mmse_clinical").predict(reading, RECORD)
    assert prediction.branches[Branch.VGG16] is None
    assert prediction.silent == {Branch.VGG16: "Not all_vgg16."}
    assert prediction.fused == predictor.predict(reading, RECORD).fused
    assert predictor.predict(reading, RECORD).silent == {}
    bare = without("all_vgg16", "no_mmse_clinical").predict(reading, RECORD.model_copy(update={"mmse": None}))
    assert bare.silent == {Branch.CLINICAL: "Not no_mmse_clinical."}


def test_a_model_that_was_made_without_the_structures_says_so_and_answers_as_ever(
    predictor: Predictor, reading: ScanReading
) -> None:
    network = untrained_network()
    network.structures = None
    older = Predictor(untrained_card().model_copy(update={"structures": None}), network)
    prediction, known = older.predict(reading, RECORD), predictor.predict(reading, RECORD)
    assert prediction.branches == known.branches | {Branch.STRUCTURES: None}
    assert prediction.silent == {Branch.STRUCTURES: "The model was made without it."}
    assert prediction.fused == known.fused
    assert older.predict(None, RECORD).silent == {}


def test_with_inputs_for_which_the_fusion_is_silent_there_is_no_answer_and_the_sentence_says_why(reading: ScanReading) -> None:
    some = without("images_fused", "no_mmse_fused")
    answered = some.predict(reading, RECORD)
    assert answered.without_mmse is answered.scan_alone is None
    for record in (ClinicalRecord(), RECORD.model_copy(update={"mmse": None})):
        assert not some.can_answer(record, scan=True)
        with pytest.raises(ModelError, match=r"'untrained' gives no answer with these inputs\. Not (images|no_mmse)_fused"):
            some.predict(reading, record)


def test_without_a_scan_a_silent_fusion_leaves_the_word_to_the_clinical_branch_and_no_one_to_both() -> None:
    alone = without("no_scan_all_fused", "no_scan_no_mmse_fused", "no_mmse_clinical").predict(None, RECORD)
    assert alone.fused == alone.branches[Branch.CLINICAL]
    assert alone.without_mmse is None
    with pytest.raises(ModelError, match="gives no answer with these inputs"):
        without("no_scan_all_fused", "all_clinical").predict(None, RECORD)


def test_what_needs_a_silent_answer_is_left_out_of_the_explanation(predictor: Predictor, reading: ScanReading) -> None:
    bare = RECORD.model_copy(update={"mmse": None})
    fields = [curve.field for curve in what_if(reading.features, bare, without("all_fused")).curves]
    assert fields == [curve.field for curve in what_if(reading.features, bare, predictor).curves if curve.field != "mmse"]
    assert contributions(reading.features, RECORD, without("images_fused")) is None
    split = contributions(reading.features, RECORD, without("all_clinical"))
    assert split is not None
    assert split.fused
    assert not split.clinical


def test_neither_scan_nor_field_is_refused(predictor: Predictor) -> None:
    with pytest.raises(ClinicalRecordError, match="neither a scan nor"):
        predictor.predict(None, ClinicalRecord())


def test_the_limits_of_what_is_known_decide(reading: ScanReading) -> None:
    limits = ConformalLimits(stated=0.9, impaired_from=0.0, unimpaired_to=1.0, impaired_participants=5, unimpaired_participants=5)
    card = untrained_card(spread=1e-6).model_copy(update={"conformal": {"no_mmse": limits}})
    predictor = Predictor(card, untrained_network())
    assert not any("both answers" in reason.sentence for reason in predictor.predict(reading, RECORD).reasons)
    bare = predictor.predict(reading, RECORD.model_copy(update={"mmse": None}))
    assert bare.category is Category.INCONCLUSIVE
    assert any("both answers" in reason.sentence for reason in bare.reasons)


def test_an_age_outside_training_is_inconclusive_with_the_reason(predictor: Predictor, reading: ScanReading) -> None:
    prediction = predictor.predict(reading, RECORD.model_copy(update={"age_years": 35.0}))
    assert prediction.category is Category.INCONCLUSIVE
    assert any("35" in reason.sentence for reason in prediction.reasons)


def test_an_interval_over_the_threshold_is_inconclusive(reading: ScanReading) -> None:
    unsure = Predictor(untrained_card(spread=4.0), untrained_network())
    prediction = unsure.predict(reading, RECORD)
    assert prediction.fused.low < prediction.threshold < prediction.fused.high
    assert prediction.category is Category.INCONCLUSIVE


@pytest.mark.parametrize(("slope", "disagree"), [(40.0, True), (0.5, False)])
def test_branches_far_apart_on_either_side_are_noted_beside_the_answer(
    reading: ScanReading, slope: float, disagree: bool
) -> None:
    card = untrained_card(spread=1e-6)
    sides = {"all_vgg16": 1.0, "all_clinical": -1.0}
    apart = {name: replace(card.calibrations[name], slope=0.0, intercept=sign * slope / 10) for name, sign in sides.items()}
    predictor = Predictor(card.model_copy(update={"calibrations": card.calibrations | apart}), untrained_network())
    prediction = predictor.predict(reading, RECORD)
    assert any("disagree" in note.sentence for note in prediction.notes) is disagree
    assert not any("disagree" in reason.sentence for reason in prediction.reasons)


@pytest.mark.parametrize(
    ("intercept", "wide", "category"),
    [
        (-3.0, 300, Category.INCONCLUSIVE),
        (-3.0, 15, Category.UNIMPAIRED),
        (-3.0, None, Category.UNIMPAIRED),
        (3.0, 300, Category.IMPAIRED),
    ],
)
def test_wide_ventricles_never_reassure(reading: ScanReading, intercept: float, wide: float | None, category: Category) -> None:
    card = untrained_card(spread=1e-6)
    fixed = {"all_fused": replace(card.calibrations["all_fused"], slope=0.0, intercept=intercept)}
    predictor = Predictor(card.model_copy(update={"calibrations": card.calibrations | fixed}), untrained_network())
    ventricles = None if wide is None else Ventricles(wide, 1450)
    prediction = predictor.predict(reading, RECORD, ventricles)
    assert prediction.category is category
    assert any(reason.code is AbstentionCode.WIDE_VENTRICLES for reason in prediction.reasons) is (
        category is Category.INCONCLUSIVE
    )
    (answer,) = predictor.answers(reading.features, [RECORD], ventricles)  # as the counterfactuals ask
    assert answer.category is category


def test_wide_ventricles_withhold_nothing_of_a_model_that_learned_not_to_be_reassured_by_them(reading: ScanReading) -> None:
    card = untrained_card(spread=1e-6)
    fixed = {"all_fused": replace(card.calibrations["all_fused"], slope=0.0, intercept=-3.0)}
    taught = {"calibrations": card.calibrations | fixed, "training_config": {"planted_heads": ["head.nii.gz"]}}
    prediction = Predictor(card.model_copy(update=taught), untrained_network()).predict(reading, RECORD, Ventricles(300, 1450))
    assert prediction.category is Category.UNIMPAIRED


def test_an_answer_carries_the_prevalence_it_assumes(predictor: Predictor, reading: ScanReading) -> None:
    assert predictor.predict(reading, RECORD).prevalence == 0.4


@pytest.mark.parametrize(("strangeness", "passed"), [(0.0, True), (1.5, True), (5.0, False)])
def test_a_scan_too_far_from_the_participants_trained_on_fails(reading: ScanReading, strangeness: float, passed: bool) -> None:
    features = torch.from_numpy(scan_features(reading.features.means))
    training_distance = TrainingDistance(  # features that differ equally in every direction, their mean beside this scan
        mean=features + strangeness * (2 / len(features)) ** 0.5,
        scale=torch.ones_like(features),
        components=torch.zeros(1, len(features)),
        variances=torch.ones(1),
        rest=torch.ones(1),
    )
    limits = TrainingDistanceCard(sha256="0" * 64, participants=20, usual=1.2, limit=3.0, origin="tests")
    predictor = Predictor(
        untrained_card().model_copy(update={"training_distance": limits}), untrained_network(), training_distance
    )
    check = predictor.check_training_distance(reading)
    assert check is not None
    assert check.value == pytest.approx(strangeness, rel=1e-3, abs=1e-3)
    assert check.passed is passed


def test_a_model_that_never_measured_its_participants_says_nothing_of_training_distance(
    predictor: Predictor, reading: ScanReading
) -> None:
    assert predictor.check_training_distance(reading) is None


def test_a_scan_prepared_otherwise_is_refused(predictor: Predictor) -> None:
    class Prepared:
        class config:  # noqa: N801
            slices = SliceConfig(size=96)

    with pytest.raises(PreparationMismatchError, match="configuration"):
        predictor.read(Prepared())  # type: ignore[arg-type]


def test_an_unknown_model_is_named_with_those_that_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "card.json").write_text("{}")
    monkeypatch.setenv("ADCORE_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match="Known models: other"):
        load_predictor("oasis9")


def test_a_model_has_a_name_and_a_path_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for place in ("models/kept", "mine"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "card.json").touch()
    monkeypatch.setenv("ADCORE_MODELS", str(tmp_path / "models"))
    for name in ("mine", "./mine", Path("mine"), str(tmp_path / "mine")):
        assert model_folder(name).resolve() == tmp_path / "mine"
    assert model_folder("kept") == tmp_path / "models" / "kept"
    with pytest.raises(ModelError, match=r"There is no model 'gone' here\. Known models: kept"):
        model_folder("gone")


@pytest.mark.slow
def test_a_model_folder_loads_by_path(tmp_path: Path) -> None:
    folder = write_untrained_model(tmp_path / "model")
    assert load_predictor(str(folder)).card.name == "untrained"
    assert load_predictor(folder).card.name == "untrained"


def test_a_damaged_card_is_a_sentence(tmp_path: Path) -> None:
    folder = write_untrained_model(tmp_path / "model")
    (folder / "card.json").write_text("{")
    with pytest.raises(ModelError, match="not valid JSON"):
        load_predictor(str(folder))


@pytest.mark.parametrize("scan", [True, False])
def test_an_apoe_count_changes_no_answer(predictor: Predictor, reading: ScanReading, scan: bool) -> None:
    without, carrier = (
        predictor.predict(reading if scan else None, RECORD.model_copy(update={"apoe_e4": count})) for count in (None, 2.0)
    )
    assert (without.fused, without.branches, without.without_mmse) == (carrier.fused, carrier.branches, carrier.without_mmse)


def test_an_apoe_count_alone_is_no_input(predictor: Predictor, reading: ScanReading) -> None:
    assert inputs_of(ClinicalRecord.of(apoe_e4=1)) == "images"
    assert predictor.predict(reading, ClinicalRecord.of(apoe_e4=1)).branches[Branch.CLINICAL] is None
    with pytest.raises(ClinicalRecordError, match="neither a scan nor"):
        predictor.predict(None, ClinicalRecord.of(apoe_e4=1))


@pytest.mark.parametrize("band", list(MmseBand))
def test_a_band_of_mmse_is_answered_by_the_average_over_its_scores(reading: ScanReading, band: MmseBand) -> None:
    card = untrained_card()
    counted = {str(score): 1 + score % 3 for score in range(18, 31)}
    predictor = Predictor(card.model_copy(update={"field_values": {"mmse": counted}}), untrained_network())
    banded = RECORD.without_mmse.model_copy(update={"mmse_band": band})
    scores = band_scores(band, counted)
    exact = [predictor.predict(reading, RECORD.model_copy(update={"mmse": score})) for score in scores]
    found = predictor.predict(reading, banded)
    average = sum(weight * one.fused.probability for weight, one in zip(scores.values(), exact, strict=True))
    assert found.fused.probability == pytest.approx(average, abs=1e-6)
    assert found.fused.low <= min(average, *(one.fused.probability for one in exact)) + 1e-6
    assert found.without_mmse is not None
    assert found.without_mmse.probability == pytest.approx(exact[0].without_mmse.probability)
    split = contributions(reading.features, banded, predictor)
    assert split is not None
    assert split.steps[-1] == pytest.approx(found.fused.probability, abs=1e-5)
