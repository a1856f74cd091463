"""A stand-in for the pipeline, for whatever analyses cohorts."""

import pytest

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.cohorts import analyse_cohort as module
from tests.support.fakes import fake_analysis


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """The ages that the stand-in was asked about, as they come; it refuses a scan at 98."""
    ages: list[float | None] = []

    def fake(scan: Scan, record: ClinicalRecord, predictor: object, saliency: object = None) -> Analysis:
        ages.append(record.age_years)
        return fake_analysis(scan, record, fit=record.age_years != 98)

    monkeypatch.setattr(module, "analyse", fake)
    monkeypatch.setattr(module, "begin", lambda model: None)
    monkeypatch.setattr(module, "_predictor", lambda model: None)
    return ages
