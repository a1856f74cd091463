import json
import pydoc
from collections.abc import Callable

import numpy as np
import pytest

import adcore
from adcore.analysis import Analysis
from adcore.analysis.row import columns, frame_of, row_of
from adcore.answer.prediction import Branch
from adcore.case.clinical import ClinicalRecord
from tests.support.fakes import TYPICAL, fake_analysis, head_scan


def document(analysis: Analysis) -> dict:
    return json.loads(json.dumps(analysis.to_json()))


@pytest.fixture
def answered() -> dict:
    return document(fake_analysis(head_scan(), TYPICAL))


def test_every_probability_of_the_document_is_a_column_with_its_interval(answered: dict) -> None:
    row = row_of(answered)
    for name, estimate in {"fused": answered["fused"], **answered["branches"]}.items():
        for column, key in ((f"p_{name}", "probability"), (f"p_{name}_low", "low"), (f"p_{name}_high", "high")):
            assert row[column] == (None if estimate is None else estimate[key]), column
    assert {f"p_{branch}" for branch in Branch} <= set(row)


def test_volumes_checks_and_saliency_stand_under_their_names(answered: dict) -> None:
    volume = answered["volumes"][0] | {"score": {"z": -1.5, "z_low": -1.8, "z_high": -1.2, "percentile": 6.7}}
    row = row_of(answered | {"volumes": [volume]})
    measure = volume["measure"].replace(" ", "_")
    assert (row[f"{measure}_ml"], row[f"{measure}_z"], row[f"{measure}_percentile"]) == (volume["millilitres"], -1.5, 6.7)
    assert row["check_registration"] == answered["checks"][0]["value"]
    assert row["saliency_vgg16_left_hippocampus"] == 1.0
    assert row["saliency_vgg16_insula"] == 0.0  # a map that has nothing there
    assert row["saliency_resnet50_outside_the_brain"] == pytest.approx(0.3)


@pytest.mark.parametrize("make", [lambda scan: fake_analysis(scan, TYPICAL, fit=False), lambda scan: None])
def test_a_case_without_an_answer_has_the_same_columns_of_the_same_types(
    answered: dict, make: Callable[[object], Analysis | None]
) -> None:
    refused = make(head_scan())
    row = {} if refused is None else row_of(document(refused))
    assert frame_of([row]).dtypes.equals(frame_of([row_of(answered)]).dtypes)
    assert list(frame_of([row])) == list(columns())
    assert np.isnan(frame_of([row])["p_fused"][0])
    assert np.isnan(frame_of([row])["saliency_vgg16_insula"][0])


def test_why_there_is_no_answer_stands_as_code_and_as_sentence() -> None:
    refused = document(fake_analysis(head_scan(), ClinicalRecord(), fit=False))
    row = row_of(refused)
    assert (row["category"], row["reasons"], row["failed_checks"]) == (None, "registration", "registration")
    assert row["reasons_text"] == refused["reasons"][0]["sentence"]


def test_a_result_is_a_frame_and_a_view_in_a_notebook() -> None:
    analysis = fake_analysis(head_scan(), TYPICAL)
    frame, view = analysis.to_frame(), analysis._repr_html_()
    assert frame["p_fused"].tolist() == [analysis.to_json()["fused"]["probability"]]
    assert '<img alt="Three coronal slices' in view
    assert view.startswith("<div><b>Likely unimpaired</b> 16% (<5 to 26%)".replace("<5", "&lt;5"))
    refused = fake_analysis(head_scan(), TYPICAL, fit=False)
    assert "No probability" in refused._repr_html_()
    assert refused.to_json()["reasons"][0]["sentence"] in refused._repr_html_()


def test_help_shows_what_is_public() -> None:
    shown = pydoc.render_doc(adcore, renderer=pydoc.plaintext)
    assert all(name in shown for name in adcore.__all__)
    assert "analyse(scan: " in shown
