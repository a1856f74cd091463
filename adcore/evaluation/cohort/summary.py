"""An evaluation in a few lines of text, for a terminal."""

from adcore.evaluation.cohort.evaluated import Evaluation
from adcore.words import interval


def sentences(evaluation: Evaluation) -> list[str]:
    """An evaluation in lines of text."""
    lines = [f"{found.section.replace('_', ' '):14} {found.verdict.value:15} {found.detail}" for found in evaluation.findings]
    if evaluation.left_out:
        lines.append(f"{len(evaluation.left_out)} sessions were left out, first: {evaluation.left_out[0]}")
    for group in evaluation.groups:
        figures = group.figures
        loud = "SEEN IN TRAINING, no measure of quality" if group.loud else ""
        counts = f"{figures.participants} participants, {figures.labelled} labelled, {figures.impaired} impaired"
        lines.append(f"{group.title}: {counts}. {loud}".strip())
        lines += [f"  {sentence}" for sentence in figures.missing]
        for inputs, branches in figures.metrics.items():
            for branch, found in branches.items():
                if "auc" in found:
                    auc = found["auc"]
                    lines.append(f"  {inputs:8} {branch:9} AUC {interval(auc.value, auc.low, auc.high, '.3f')}")
    return lines
