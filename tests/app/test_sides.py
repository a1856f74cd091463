"""Charts and tables of sides lie as the viewer's planes do."""

from adcore.case.clinical import ClinicalRecord
from adcore.explain.explanation import StructureSaliency
from adcore.volumetry import OverviewRow
from app.review.findings import findings_html
from app.review.saliency import side_chart
from tests.support.fakes import fake_analysis, head_scan

HIPPOCAMPUS = StructureSaliency("vgg16", "hippocampus", 0.5, 0.02, 0.4, 0.1, 0.6)


def test_the_bars_of_the_patient_s_left_are_on_the_right_in_radiological_display() -> None:
    for radiological, sign in ((True, 1), (False, -1)):
        bars = {bar.name: bar.x[0] for bar in side_chart((HIPPOCAMPUS,), radiological=radiological).data}
        assert bars["patient's left"] == sign * 40
        assert bars["patient's right"] == -sign * 10


def test_the_findings_have_the_patient_s_right_first_in_radiological_display() -> None:
    analysis = fake_analysis(head_scan(), ClinicalRecord(mmse=20))
    row = OverviewRow("hippocampi", "hippocampus", 6.2, 3.0, 3.2, None)
    for radiological, sides in ((True, ["right", "left"]), (False, ["left", "right"])):
        card = findings_html(analysis, (row,), radiological=radiological)
        assert [side for _, side in sorted((card.index(f'data-side="{side}"'), side) for side in sides)] == sides
        assert card.index(f">{sides[0].capitalize()}<") < card.index(f">{sides[1].capitalize()}<")
