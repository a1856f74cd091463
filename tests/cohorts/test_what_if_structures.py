"""A patient's own structures are given the volume that was asked for, and what can't be reached or answered says so."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.cohorts.synthetic import what_if_structures as module
from adcore.cohorts.synthetic.what_if_structures import degree_for, what_if_structures
from adcore.errors import NormRangeError, PreparationError
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.segmentation.structures import labels_of
from tests.cohorts.test_planted import head
from tests.support.fakes import fake_analysis, fake_predictor

RECORD = ClinicalRecord(age_years=71, mmse=29)


@pytest.fixture(scope="module")
def healthy() -> PreparedScan:
    return head()


def analysed(prepared: PreparedScan, record: ClinicalRecord = RECORD) -> Analysis:
    return replace(fake_analysis(prepared.scan, record), prepared=prepared)


@pytest.mark.slow
def test_hippocampi_grow_to_the_volume_asked_for(healthy: PreparedScan) -> None:
    share, labels = 1.15, labels_of("hippocampus")
    degree = degree_for(healthy, "hippocampus", share * healthy.volume_ml(labels))
    assert degree < 0
    field = module.displacement(module.STRUCTURES["hippocampus"], degree)
    moved = module.deform(healthy.scan, healthy.voxels_to_atlas, field, healthy.structures)
    before = np.isin(healthy.structures, labels).sum()
    assert moved.counts[list(labels)].sum() / before == pytest.approx(share, abs=0.04)


@pytest.mark.slow
def test_a_volume_out_of_reach_is_refused_with_those_in_reach(healthy: PreparedScan) -> None:
    with pytest.raises(PreparationError, match=r"can be made .* ml; got 0.1 ml"):
        what_if_structures(analysed(healthy), {"hippocampus": 0.1}, fake_predictor())


def test_only_what_can_be_deformed_alone_can_be_asked_for_and_a_median_needs_age_and_sex(healthy: PreparedScan) -> None:
    with pytest.raises(PreparationError, match="Expected hippocampus or lateral ventricle, got 'insula'"):
        what_if_structures(analysed(healthy), {"insula": 5.0}, fake_predictor())
    with pytest.raises(PreparationError, match="millilitres or 'median'"):
        what_if_structures(analysed(healthy), {"hippocampus": "large"}, fake_predictor())
    with pytest.raises(NormRangeError, match="Age and sex"):
        what_if_structures(analysed(healthy), {"hippocampus": "median"}, fake_predictor())


@pytest.mark.parametrize("fit", [True, False])
def test_the_answer_stands_beside_the_first_with_a_picture_or_says_why_there_is_none(
    healthy: PreparedScan, fit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answered(scan: Scan, record: ClinicalRecord, *_: object) -> Analysis:
        assert any("deformed by the program" in warning for warning in scan.warnings)
        return replace(fake_analysis(scan, record, fit=fit), prepared=replace(healthy, scan=scan))

    monkeypatch.setattr(module, "analyse", answered)
    now = healthy.volume_ml(labels_of("hippocampus"))  # no search: what is asked for is there
    found = what_if_structures(analysed(healthy), {"hippocampus": now}, fake_predictor())
    assert found.degrees == {"hippocampus": 0.0}
    said = "the probability goes from" if fit else "there is no answer. Expected a head that fills the slices"
    assert said in found.sentence
    assert Image.open(BytesIO(found.picture())).size == (672, 336)
