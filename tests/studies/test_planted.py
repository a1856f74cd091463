from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adcore.cohorts.synthetic.planted import Planted
from adcore.explain.deletion import in_cells
from adcore.model.card import ReferenceMapsCard, SaliencyCard
from adcore.predict import load_predictor
from adcore.prepare.segmentation.structures import Side, label_of, labels_of
from adcore.studies.markdown import markdown
from adcore.studies.planted import (
    MAP_COLUMNS,
    cells_holding,
    measure_planted,
    strongest_structure,
    top_cell,
    truth_labels,
)
from adcore.studies.planted_tables import TOLERANCE, answer_table, method_table, with_planted_truth
from adcore.studies.saliency_methods import GRADIENTS, INTEGRATED
from tests.support.untrained import untrained_card

PLANTED = Planted.MEDIAL_TEMPORAL.value
LEFT_HIPPOCAMPUS = label_of("hippocampus", Side.LEFT)


def structures() -> np.ndarray:
    """Two slices with the left hippocampus in one cell of 16 pixels, and white matter beside it."""
    labels = np.zeros((2, 112, 112), np.uint8)
    labels[:, 64:80, 0:112] = label_of("white matter", Side.LEFT)
    labels[:, 66:76, 20:30] = LEFT_HIPPOCAMPUS
    return labels


def test_finer_maps_are_summed_over_cells() -> None:
    fine = np.random.default_rng(0).normal(size=(2, 112, 112)).astype(np.float32)
    cells = in_cells(fine, 7)
    assert cells.shape == (2, 7, 7)
    assert cells[1, 2, 3] == pytest.approx(fine[1, 32:48, 48:64].sum(), rel=1e-4)


def test_the_strongest_cell_is_that_of_all_slices_together() -> None:
    maps = np.zeros((2, 7, 7), np.float32)
    maps[0, 1, 1], maps[:, 4, 2] = 1.0, 0.6
    assert top_cell(maps) == (4, 2)


def test_cells_hold_what_lies_in_them() -> None:
    holding = cells_holding(structures(), (LEFT_HIPPOCAMPUS,))
    assert np.argwhere(holding).tolist() == [[4, 1]]
    assert not cells_holding(np.zeros((2, 112, 112), np.uint8), (LEFT_HIPPOCAMPUS,)).any()


def test_a_structures_strength_is_its_mean_and_not_its_size() -> None:
    maps = np.full((2, 7, 7), 0.1, np.float32)
    maps[:, 4, 1] = 1.0  # this cell holds the whole hippocampus and a little of the white matter, which is large elsewhere
    assert strongest_structure(maps, structures()) == "hippocampus"
    assert strongest_structure(-maps, structures()) == "white matter"


def test_one_sided_atrophy_lies_on_that_side_alone() -> None:
    assert truth_labels(Planted.LEFT) == (LEFT_HIPPOCAMPUS, label_of("inferior horn", Side.LEFT))
    assert truth_labels(Planted.VENTRICLES) == labels_of("lateral ventricle")
    assert truth_labels(Planted.DECOY) == ()


def maps_table(hits: dict[tuple[str, float], bool], branch: str = "vgg16") -> pd.DataFrame:
    """A map whose sum is twice the log-odds, which rise with the degree."""
    rows = [
        (
            head,
            Planted.MEDIAL_TEMPORAL.value,
            degree,
            branch,
            INTEGRATED,
            degree,
            2 * degree,
            4,
            1,
            hit,
            hit,
            "hippocampus",
            hit,
            0.1,
        )
        for (head, degree), hit in hits.items()
    ]
    return pd.DataFrame(rows, columns=MAP_COLUMNS)


def test_methods_are_counted_by_marked_and_slighter_degrees_and_before() -> None:
    table = method_table(
        maps_table(
            {("A", 0.0): False, ("A", 0.3): False, ("A", 0.9): True, ("A", 1.5): True, ("B", 0.9): False, ("B", 0.0): False}
        )
    )
    (row,) = table.to_dict("records")
    assert row["cell, marked"] == "2 of 3"
    assert row["cell, slighter"] == "0 of 1"
    assert row["cell, before"] == "0 of 2"
    assert row["follows"] == "1.00, slope 2.00"


def test_a_row_that_an_interrupted_run_wrote_twice_counts_once() -> None:
    once = maps_table({("A", 0.0): False, ("A", 0.9): True})
    (row,) = method_table(pd.concat([once, once])).to_dict("records")
    assert row["cell, marked"] == "1 of 1"


def test_the_card_says_how_often_the_planted_place_was_found() -> None:
    card = untrained_card().model_copy(
        update={"reference_maps": ReferenceMapsCard(sha256="0" * 64, participants=3, maximum={}, origin="tests")}
    )
    found = maps_table({("A", 0.9): True, ("A", 1.5): True, ("B", 0.9): False, ("A", 0.3): False, ("A", 0.0): False})
    planted = with_planted_truth(card, pd.concat([found, found.assign(branch="resnet50", hit=True)])).reference_maps.planted
    assert (planted["vgg16"].found, planted["vgg16"].cases, planted["vgg16"].heads) == (2, 3, 2)
    assert planted["vgg16"].share == pytest.approx(2 / 3)
    assert planted["resnet50"].share == 1
    assert planted["vgg16"].sided == 0
    assert with_planted_truth(untrained_card(), found).reference_maps is None


def test_the_card_tells_each_methods_own_share_and_how_often_it_told_the_side() -> None:
    gradients = SaliencyCard(maximum={"vgg16": 0.1}, origin="tests")
    reference = ReferenceMapsCard(sha256="0" * 64, participants=3, maximum={}, origin="tests", gradients=gradients)
    card = untrained_card().model_copy(update={"reference_maps": reference})
    relative = maps_table({("A", 0.9): False, ("B", 0.9): False})
    finer = maps_table({("A", 0.9): True, ("B", 0.9): True}).assign(method=GRADIENTS)
    left = maps_table({("A", 0.9): True, ("B", 0.9): False}).assign(method=GRADIENTS, kind=Planted.LEFT.value)
    found = with_planted_truth(card, pd.concat([relative, finer, left])).reference_maps
    assert found.planted["vgg16"].found == 0
    assert found.gradients.planted["vgg16"].found == 2
    assert (found.gradients.planted["vgg16"].sided, found.gradients.planted["vgg16"].left) == (2, 1)
    assert found.gradients.maximum == {"vgg16": 0.1}
    assert "resnet50" not in found.planted  # which has no row
    cheap = with_planted_truth(card.model_copy(update={"reference_maps": found}), relative).reference_maps
    assert cheap.gradients == found.gradients  # not measured this time, so their counts stay


def answers_table() -> pd.DataFrame:
    rows = [
        ("A", "nothing", 0.0, 0.2),
        ("B", "nothing", 0.0, 0.5),
        ("A", "lateral ventricles", 0.9, 0.3),
        ("B", "lateral ventricles", 0.9, 0.4),
    ]
    table = pd.DataFrame(rows, columns=["head", "kind", "degree", "p_fused"])
    table["fit"], table["log_odds_vgg16"], table["log_odds_resnet50"] = True, 3 * table["p_fused"], table["p_fused"]
    for name in ("hippocampus", "inferior horn", "lateral ventricle"):
        table[f"{name} planted_ml"] = np.where(table["degree"] > 0, 15.0, 10.0)
        table[f"{name} measured_ml"] = np.where(table["degree"] > 0, 12.0, 10.0)
    return table


def test_answers_are_compared_with_the_same_head_as_it_was() -> None:
    (row,) = answer_table(answers_table()).to_dict("records")
    assert row["probability"] == "+0.00 (-0.10 to +0.10)"
    assert row["fall by over 0.02"] == 1
    assert row["VGG16"] == "+0.00 (-0.30 to +0.30)"
    assert row["lateral ventricle"] == "+50%, measured +20%"
    assert markdown(answer_table(answers_table())).count("\n") == 2


@pytest.mark.slow
def test_in_a_real_head_the_answer_rises_and_resnet50s_map_points_to_what_was_planted(shared_data: Path, tmp_path: Path) -> None:
    """A healthy head that neither the networks nor the segmentation were trained on; run again, nothing is measured twice."""
    heads = sorted((shared_data / "ixi" / "t1").glob("IXI546*"))
    lines: list[str] = []
    for _ in range(2):
        answers, maps = measure_planted(heads, load_predictor(), tmp_path, [Planted.MEDIAL_TEMPORAL], [1.2], report=lines.append)
    assert len(lines) == 1
    before, after = answers.sort_values("degree").to_dict("records")
    assert before["fit"]
    assert after["fit"]
    assert after["p_fused"] > before["p_fused"] + 0.1
    assert after["hippocampus planted_ml"] < 0.8 * before["hippocampus planted_ml"]
    assert after["hippocampus measured_ml"] < 0.9 * before["hippocampus measured_ml"]
    own = maps[(maps["branch"] == "resnet50") & (maps["method"] == INTEGRATED)].sort_values("degree")
    assert own["hit"].tolist()[-1]
    moved = own[["total", "log_odds"]].diff().iloc[-1]
    assert moved["total"] == pytest.approx(moved["log_odds"], rel=0.01)


@pytest.mark.slow
def test_wider_ventricles_do_not_reassure_the_shipped_model(shared_data: Path, tmp_path: Path) -> None:
    """The head of twelve held-out ones in which a fusion trained from labels alone fell furthest, by 0.27 at this degree."""
    heads = sorted((shared_data / "ixi" / "t1").glob("IXI384*"))
    predictor = load_predictor()
    answers, _ = measure_planted(heads, predictor, tmp_path, [Planted.VENTRICLES], [0.9], report=lambda _: None)
    before, after = answers.sort_values("degree").to_dict("records")
    assert before["head"] not in " ".join(predictor.card.planted_heads)
    assert after["fit"]
    assert after["lateral ventricle measured_ml"] > 1.5 * before["lateral ventricle measured_ml"]
    assert after["p_fused"] > before["p_fused"] - TOLERANCE
