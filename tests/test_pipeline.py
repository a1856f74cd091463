import json
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from nibabel.affines import apply_affine

from adcore.analysis import Analysis
from adcore.analysis.document import schema
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.case.clinical import ClinicalRecord
from adcore.model.calibration import log_odds
from adcore.pipeline import analyse
from adcore.predict import Predictor
from adcore.prepare.slices import slice_affine
from adcore.readers import read_scan
from tests.support.untrained import untrained_card, untrained_network

RECORD = ClinicalRecord.of(age_years=74, sex="F", mmse=26)


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(untrained_card(), untrained_network())


@pytest.fixture(scope="module")
def analysis(predictor: Predictor, shared_data: Path) -> Analysis:
    steps: list[str] = []
    result = analyse(read_scan(shared_data / "heads" / "chris_t1.nii.gz"), RECORD, predictor, on_step=steps.append)
    assert len(steps) >= 3
    return result


@pytest.mark.slow
def test_a_real_head_goes_from_file_to_explained_answer(analysis: Analysis) -> None:
    assert analysis.prediction is not None
    assert analysis.explanation is not None
    assert not analysis.refusals
    for branch in IMAGE_BRANCHES:
        heatmap = analysis.explanation.heatmaps[branch]
        assert heatmap.shape == analysis.prepared.scan.voxels.shape
        assert (heatmap >= 0).all()


def test_the_map_lies_only_where_the_slices_are(analysis: Analysis) -> None:
    assert analysis.explanation is not None
    prepared = analysis.prepared
    for heatmap in analysis.explanation.heatmaps.values():
        voxels = np.argwhere(heatmap > 0)
        if len(voxels):
            image = apply_affine(slice_affine(prepared.config.slices), apply_affine(prepared.voxels_to_atlas, voxels))[:, 0]
            assert image.min() >= -0.5
            assert image.max() <= len(prepared.config.slices.t88_slices) - 0.5


def test_the_result_writes_itself_as_json_without_voxels_or_names(analysis: Analysis) -> None:
    text = json.dumps(analysis.to_json())
    result = json.loads(text)
    assert result["fused"]["probability"] == pytest.approx(analysis.prediction.fused.probability)  # type: ignore[union-attr]
    assert set(result["branches"]) == {"vgg16", "resnet50", "structures", "clinical"}
    Draft202012Validator(schema()).validate(result)
    assert result["provenance"]["scan_sha256"] == analysis.prepared.scan.sha256
    assert "chris" not in text
    assert len(text) < 40_000


def test_the_result_says_what_the_answer_rests_on(analysis: Analysis) -> None:
    result = analysis.to_json()
    assert [part["of"] for part in result["contributions"]["fused"]] == ["scan", "age_years", "sex", "mmse"]
    base = result["contributions"]["base"]
    moved = sum(part["log_odds"] for part in result["contributions"]["fused"])
    assert log_odds(base) + moved == pytest.approx(log_odds(result["fused"]["probability"]), abs=1e-5)
    assert result["what_if"]["most_informative"] in ("education_years", "ses")
    assert [curve["field"] for curve in result["what_if"]["curves"]][-1] == "mmse"
    by_network = {branch: [row for row in result["structures"] if row["branch"] == branch] for branch in IMAGE_BRANCHES}
    for rows in by_network.values():
        assert not rows or sum(row["share"] for row in rows) == pytest.approx(1)
    assert {pair["structure"] for pair in result["sides"]} >= {"hippocampus", "inferior horn"}
    assert 0 <= result["agreement"]["gap"] <= 1


@pytest.mark.slow
def test_the_same_scan_and_record_give_the_same_answer(analysis: Analysis, predictor: Predictor) -> None:
    again = analyse(analysis.prepared.scan, RECORD, predictor)
    assert again.prediction is not None
    assert again.prediction.fused == analysis.prediction.fused  # type: ignore[union-attr]
