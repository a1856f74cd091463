"""Names of inputs, branches and metrics in reports and on pages."""

from adcore.answer.prediction import Branch

INPUTS = {
    "all": "the scan and all fields including MMSE",
    "no_mmse": "the scan and all fields except MMSE",
    "images": "the scan alone",
    "no_scan_all": "all fields including MMSE, without a scan",
    "no_scan_no_mmse": "all fields except MMSE, without a scan",
}

WITH_SCAN = ("images", "no_mmse", "all")
"""The inputs with a scan, from the fewest fields to all."""

BRIEFLY = {
    "all": "with MMSE",
    "no_mmse": "without MMSE",
    "images": "scan alone",
    "no_scan_all": "no scan, with MMSE",
    "no_scan_no_mmse": "no scan, no MMSE",
}
"""The inputs, where there is no room."""

BRANCHES = {"fused": "Fused"} | {branch.value: branch.label for branch in Branch}

METRICS = {
    "auc": "AUC",
    "balanced_accuracy": "balanced accuracy",
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "precision": "PPV (precision)",
    "f1": "F1",
    "log_loss": "log loss",
    "brier": "Brier score",
    "ece": "calibration error (ECE)",
}

LOWER_IS_BETTER = ("log_loss", "brier", "ece")
"""The metrics that measure an error."""
