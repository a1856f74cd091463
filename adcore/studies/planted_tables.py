"""Planted atrophy in figures: how the answers followed it, and which saliency method found it, as Markdown tables."""

import numpy as np
import pandas as pd

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.cohorts.synthetic.planted import STRUCTURES_OF, Planted
from adcore.model.card import ModelCard, PlantedTruth
from adcore.studies.saliency_methods import GRADIENTS, INTEGRATED

PRIMARY = Planted.MEDIAL_TEMPORAL
MARKED = 0.9
"""Methods are compared on this kind, from this degree on; fixed before any was measured."""

TOLERANCE = 0.02
"""A fall of the probability that counts as one."""

KEY = ["head", "kind", "degree", "branch", "method"]


def answer_table(answers: pd.DataFrame) -> pd.DataFrame:
    """How answers moved against the same head without planted atrophy, one row per kind and degree."""
    before = answers[answers["degree"] == 0].set_index("head")
    rows = []
    for (kind, degree), found in answers[answers["degree"] > 0].groupby(["kind", "degree"], sort=False):
        old = before.loc[found["head"]].reset_index()
        new = found.reset_index()
        moved = new["p_fused"] - old["p_fused"]
        row: dict[str, object] = {
            "planted": kind,
            "degree": degree,
            "heads": len(new),
            "fail a check": int((~new["fit"].astype(bool)).sum()),
            "probability": f"{moved.median():+.2f} ({moved.min():+.2f} to {moved.max():+.2f})",
            f"fall by over {TOLERANCE:g}": int((moved < -TOLERANCE).sum()),
        }
        for branch in IMAGE_BRANCHES:
            odds = new[f"log_odds_{branch.value}"] - old[f"log_odds_{branch.value}"]
            row[branch.label] = f"{odds.median():+.2f} ({odds.min():+.2f} to {odds.max():+.2f})"
        for name in STRUCTURES_OF[Planted(str(kind))]:
            changes = [(new[f"{name} {how}"] / old[f"{name} {how}"] - 1).median() for how in ("planted_ml", "measured_ml")]
            row[name] = "{:+.0f}%, measured {:+.0f}%".format(*(100 * change for change in changes))
        rows.append(row)
    return pd.DataFrame(rows).fillna("")


def method_table(maps: pd.DataFrame) -> pd.DataFrame:
    """How often each method's map pointed to the planted place, one row per branch and method.

    `follows` is the correlation of the change of a map's sum with the change of its branch's log-odds over all kinds and degrees,
    and the slope, which is 1 for a map in log-odds whose sum accounts for the answer.
    """
    maps = maps.drop_duplicates(KEY, keep="last")
    rows = []
    for (branch, method), all_kinds in maps.groupby(["branch", "method"], sort=False):
        of_kind = all_kinds[all_kinds["kind"] == PRIMARY.value]
        marked = of_kind[of_kind["degree"] >= MARKED]
        slight = of_kind[(of_kind["degree"] > 0) & (of_kind["degree"] < MARKED)]
        left = all_kinds[(all_kinds["kind"] == Planted.LEFT.value) & (all_kinds["degree"] > 0)]
        ventricles = all_kinds[(all_kinds["kind"] == Planted.VENTRICLES.value) & (all_kinds["degree"] > 0)]
        rows.append(
            {
                "branch": branch,
                "method": method,
                "cell, marked": _count(marked["hit"]),
                "cell, slighter": _count(slight["hit"]),
                "cell, before": _count(of_kind.loc[of_kind["degree"] == 0, "hit"]),
                "cell of the change": _count(marked["change_hit"]),
                "structure": _count(marked["structure_hit"]),
                "left only": _count(left["hit"]),
                "left, change": _count(left["change_hit"]),
                "ventricles": _count(ventricles["hit"]),
                "by chance": f"{100 * of_kind['chance'].mean():.0f}%",
                "follows": _follows(all_kinds),
            }
        )
    return pd.DataFrame(rows)


def with_planted_truth(card: ModelCard, maps: pd.DataFrame) -> ModelCard:
    """The card with each branch's share of cases that the shipped methods found; what was not measured stays."""
    reference = card.reference_maps
    if reference is None:
        return card
    update: dict[str, object] = {"planted": _planted_truth(maps, INTEGRATED)}
    by_gradients = _planted_truth(maps, GRADIENTS)
    if reference.gradients is not None and by_gradients:  # they are costly, so a study may have left them out
        update["gradients"] = reference.gradients.model_copy(update={"planted": by_gradients})
    return card.model_copy(update={"reference_maps": reference.model_copy(update=update)})


def _planted_truth(maps: pd.DataFrame, method: str) -> dict[str, PlantedTruth]:
    maps = maps.drop_duplicates(KEY, keep="last")
    maps = maps[(maps["method"] == method) & (maps["degree"] >= MARKED)]
    found = {}
    for branch in IMAGE_BRANCHES:
        of_branch = maps[maps["branch"] == branch.value]
        counted = of_branch[of_branch["kind"] == PRIMARY.value]
        left = of_branch[of_branch["kind"] == Planted.LEFT.value]
        if counted.empty:
            continue
        heads = sorted(set(counted["head"]))
        degrees = ", ".join(f"{degree:g}" for degree in sorted(set(counted["degree"])))
        found[branch.value] = PlantedTruth(
            heads=len(heads),
            cases=len(counted),
            found=_hits(counted),
            sided=len(left),
            left=_hits(left),
            origin=f"{PRIMARY} at degrees {degrees} in healthy heads: {', '.join(heads)} (adcore study planted).",
        )
    return found


def _hits(rows: pd.DataFrame) -> int:
    return int(rows["hit"].astype(bool).sum())


def _count(hits: pd.Series) -> str:
    return f"{int(hits.astype(bool).sum())} of {len(hits)}" if len(hits) else ""


def _follows(rows: pd.DataFrame) -> str:
    before = rows[rows["degree"] == 0].drop_duplicates("head").set_index("head")
    after = rows[rows["degree"] > 0]
    if len(after) < 3:
        return ""
    old = before.loc[after["head"]]
    total = after["total"].to_numpy(float) - old["total"].to_numpy(float)
    odds = after["log_odds"].to_numpy(float) - old["log_odds"].to_numpy(float)
    slope = float((total * odds).sum() / (odds**2).sum())
    return f"{np.corrcoef(total, odds)[0, 1]:.2f}, slope {slope:.2f}"
