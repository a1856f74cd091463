from pathlib import Path

import pandas as pd
import pytest

from adcore.predict import Predictor
from adcore.studies import unsuitable
from adcore.studies.unsuitable import COLUMNS, as_markdown, in_brief, measure_unsuitable
from adcore.studies.unsuitable_scans import Case, tissue_map
from tests.support.builders import file_bytes, head
from tests.support.untrained import untrained_card, untrained_network

ROWS = pd.DataFrame(
    [
        ["A", "a", "as it is", "", True, "inconclusive", "", "", "", 0.5],
        ["B", "b", "as it is", "", True, "refused", "noise", "5.1 %", "Noisy.", 0.4],
        [
            "A",
            "a",
            "display window burned in",
            "1.6",
            False,
            "refused",
            "clipping training_distance",
            "77.2 % 3.1",
            "Clipped.",
            0.99,
        ],
        ["B", "b", "display window burned in", "1.6", False, "likely impaired", "", "", "", 0.97],
        ["A", "a", "map of tissues", "", False, "refused", "before it is placed", "", "No image.", float("nan")],
        ["B", "b", "map of tissues", "", False, "inconclusive", "", "", "", 0.5],
    ],
    columns=COLUMNS,
)


def test_the_table_has_a_line_a_case_with_outcomes_causes_and_figures_head_by_head() -> None:
    lines = as_markdown(ROWS).splitlines()
    assert len(lines) == 2 + 3
    window = next(line for line in lines if "1.6" in line)
    assert "1 of 2 refused; 1 of 2 likely impaired (`clipping`, `training_distance`)" in window
    assert "A: 77.2 " in window
    assert "A 0.99, B 0.97" in window
    assert "(before it is placed)" in lines[-1]


def test_the_brief_counts_words_of_unsuitable_and_refusals_of_suitable_scans() -> None:
    assert in_brief(ROWS) == ("1 of 4 unsuitable scans got a verbal answer; 1 of 2 suitable ones were refused.")


@pytest.mark.slow
def test_a_run_measures_every_case_of_every_head_and_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    phantom = head()
    path = tmp_path / "head.nii.gz"
    path.write_bytes(file_bytes(phantom.voxels, phantom.affine, ".nii.gz"))
    predictor = Predictor(untrained_card(), untrained_network())
    few = (Case("as it is", "", lambda scan: scan, suitable=True), Case("map of tissues", "", tissue_map))
    monkeypatch.setattr(unsuitable, "cases", lambda: few[:1])
    measure_unsuitable([path], predictor, tmp_path / "out")
    monkeypatch.setattr(unsuitable, "cases", lambda: few)
    monkeypatch.setattr(unsuitable, "_judged", None)  # the first is not measured again, the second is never placed
    rows = measure_unsuitable([path], predictor, tmp_path / "out")
    assert list(rows["case"]) == ["as it is", "map of tissues"]
    assert rows["outcome"].iloc[1] == "refused"
    assert "different values" in rows["sentence"].iloc[1]
    assert (tmp_path / "out" / "unsuitable.md").read_text() == as_markdown(rows)
