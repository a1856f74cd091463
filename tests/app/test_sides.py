"""Charts and tables of sides lie as the viewer's planes do."""

import re
from dataclasses import replace

from adcore.case.clinical import ClinicalRecord
from adcore.explain.explanation import Quality, QualityCheck, StructureSaliency
from adcore.volumetry import OverviewRow
from adcore.volumetry.norms import NormScore
from app.review.findings import findings_html
from app.review.saliency import saliency_sentences, side_chart
from tests.support.fakes import fake_analysis, head_scan

HIPPOCAMPUS = StructureSaliency("vgg16", "hippocampus", 0.5, 0.02, 0.4, 0.1, 0.6)


def test_the_bars_of_the_patient_s_left_are_on_the_right_in_radiological_display() -> None:
    for radiological, sign in ((True, 1), (False, -1)):
        bars = {bar.name: bar.x[0] for bar in side_chart((HIPPOCAMPUS,), radiological=radiological).data}
        assert bars["patient's left"] == sign * 40
        assert bars["patient's right"] == -sign * 10


def test_the_list_of_regions_names_no_side_of_a_map_that_does_not_tell_it() -> None:
    explanation = fake_analysis(head_scan(), ClinicalRecord(mmse=20)).explanation
    assert explanation
    assert re.search(r"VGG16: (left|right) ", saliency_sentences(explanation))
    found = QualityCheck("planted side found", "vgg16", 0.6, 0.9, False, "Do not compare its left with its right.")
    untold = replace(explanation, quality=Quality((found,)))
    vgg16, resnet50 = saliency_sentences(untold).splitlines()
    assert not re.search("left|right", vgg16)
    assert resnet50 == saliency_sentences(explanation).splitlines()[1]


def test_the_findings_have_the_patient_s_right_first_in_radiological_display() -> None:
    analysis = fake_analysis(head_scan(), ClinicalRecord(mmse=20))
    row = OverviewRow("hippocampi", "hippocampus", 6.2, 3.0, 3.2, None)
    for radiological, sides in ((True, ["right", "left"]), (False, ["left", "right"])):
        card = findings_html(analysis, (row,), radiological=radiological)
        assert [side for _, side in sorted((card.index(f'data-side="{side}"'), side) for side in sides)] == sides
        assert card.index(f">{sides[0].capitalize()}<") < card.index(f">{sides[1].capitalize()}<")


def test_the_percentiles_of_the_temporal_horns_stand_in_the_order_of_their_volumes() -> None:
    analysis = fake_analysis(head_scan(), ClinicalRecord(mmse=20))
    scores = {"right": NormScore(0.0, -0.2, 0.2, 50, 40, 60), "left": NormScore(2.0, 1.8, 2.2, 98, 96, 99)}
    row = OverviewRow("temporal horns", "inferior horn", 2.0, 0.5, 1.5, None, scores)
    for radiological, words in ((True, "50 usual, 98 large for age"), (False, "98 large, 50 usual for age")):
        assert words in findings_html(analysis, (row,), radiological=radiological)
