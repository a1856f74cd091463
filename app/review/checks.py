"""The quality checks that a scan must pass: in brief, and as a table."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from adcore.case.check import Check


def checks_in_brief(checks: Sequence[Check]) -> str:
    """'Scan checks: 12 of 14 passed; failed: position, noise'."""
    failed = [check.name for check in checks if not check.passed]
    brief = f"Scan checks: {len(checks) - len(failed)} of {len(checks)} passed"
    return f"{brief}; failed: {', '.join(failed)}" if failed else brief


def checks_table(checks: Sequence[Check]) -> None:
    """Show every check with its value, its limit and its meaning; failed ones first."""
    rows = [
        {
            "Check": check.name,
            "Passed": "yes" if check.passed else "no",
            "Value": _measured(check.value, check.unit),
            "Limit": _measured(check.threshold, check.unit),
            "Meaning": check.sentence,
        }
        for check in sorted(checks, key=lambda check: check.passed)
    ]
    st.table(pd.DataFrame(rows).set_index("Check"))


def _measured(value: float, unit: str) -> str:
    """Three significant digits, never with an exponent."""
    return f"{value:.0f} {unit}".strip() if abs(value) >= 100 else f"{value:.3g} {unit}".strip()
