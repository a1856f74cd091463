"""What each column of the group's table holds, as the JSON file beside it says."""

import re
from typing import Any

from adcore.case.clinical import FIELDS, RECORDED_FIELDS

ENDS = {"": "", "_low": " Lower end of its interval.", "_high": " Upper end of its interval."}

PROBABILITY = "Probability of impairment (CDR above 0) {}, 0 to 1, with a 90% interval in _low and _high."

KNOWN: dict[str, str] = {
    "participant_id": "Participant.",
    "session_id": "Session; n/a where the scan lies in none.",
    "scan": "The scan, relative to the BIDS folder.",
    "cdr": "CDR from the dataset's tables; never an input.",
    "failure": "Why the scan has no analysis.",
    "case": "Pseudonym, as on the report.",
    "mmse_band": "The band of the MMSE, where only that was known.",
    "measures": "name=value of what the model read beside these fields, with semicolons between.",
    "category": "likely unimpaired, likely impaired or inconclusive; n/a where a check failed or the age was not trained on.",
    "reasons": "Codes of the reasons for no answer or an inconclusive one, with spaces between.",
    "reasons_text": "The same reasons as sentences.",
    "notes": "Codes of what a reader should know beside the answer.",
    "notes_text": "The same notes as sentences.",
    "warnings": "What was noticed in the scan's file.",
    "threshold": "Probability from which on a case counts as impaired.",
    "prevalence": "Share of impaired patients that the probabilities assume.",
    "p_fused": PROBABILITY.format("by all branches together"),
    "p_without_mmse": PROBABILITY.format("by all branches, had the MMSE been unknown"),
    "p_withheld": PROBABILITY.format("outside the ages trained on: never show it to a reader"),
    "branches_disagree": "Whether branches stand on both sides of the threshold.",
    "silent": "Branches that give no probability.",
    "failed_checks": "Codes of the scan checks that failed.",
    "saliency_method": "How saliency maps were made.",
    "scan_sha256": "Digest of the scan.",
    "model_name": "Name and version of the model.",
    "weights_sha256": "Digest of its weights.",
    "structures_sha256": "Digest of the structure network's weights.",
    "preparation_digest": "Digest of the configuration of preparation.",
    "adcore_version": "Version of adcore.",
    "torch_threads": "Threads of the networks' arithmetic.",
    "created": "When, in UTC.",
    "seconds": "Duration of the analysis.",
}

INDEX = "Hippocampus / (hippocampus + inferior horn), {}, with a 90% interval in _low and _high."
GRADE = "{}: a grade from 0 to {}, computed from volumes and not rated, with a 90% interval in _low and _high."

UNITS = {"age_years": "year", "education_years": "year", "seconds": "s"}

PATTERNS: tuple[tuple[str, str, str], ...] = (
    (r"check_(.+)", "What the check {} measured.", ""),
    (r"saliency_(vgg16|resnet50)_(.+)", "Share of {}'s positive saliency in the {}, 0 to 1.", ""),
    (r"p_(vgg16|resnet50|structures|clinical)", PROBABILITY.format("by the branch {}"), ""),
    (r"(left|right)_temporal_horn_index", INDEX, ""),
    (r"(left|right)_medial_temporal_atrophy", GRADE.format("Medial temporal atrophy, {}", 4), ""),
    (r"(global_atrophy)", GRADE.format("{}", 3), ""),
    (r"(.+)_asymmetry", "(left - right) / (left + right) of the {}: 1 is all left, -1 all right.", ""),
    (r"(.+)_ml", "Volume of the {}.", "mL"),
    (r"(.+)_share", "Share of the intracranial volume of the {}, 0 to 1.", ""),
    (
        r"(.+)_z",
        "z-score of the {} among healthy adults like them; of sums a 95% interval in _low and _high.",
        "",
    ),
    (r"(.+)_percentile", "Healthy adults of the same age, sex and head size with a smaller {}, in percent.", ""),
)


def described(column: str) -> dict[str, Any]:
    """Description, and units where there are any.

    Raises:
        KeyError: nothing is known of such a column.
    """
    fields = {spec.name: f"{spec.label}. {spec.help}" for spec in (*FIELDS, *RECORDED_FIELDS)}
    stem = re.sub("_(low|high)$", "", column)
    text, unit = {**fields, **KNOWN}.get(stem), UNITS.get(column, "")
    for pattern, sentence, measured_in in PATTERNS:
        found = re.fullmatch(pattern, stem)
        if text is None and found:
            text, unit = sentence.format(*(word.replace("_", " ") for word in found.groups())), measured_in
    if text is None:
        raise KeyError(column)
    return {"Description": text + ENDS[column.removeprefix(stem)]} | ({"Units": unit} if unit else {})
