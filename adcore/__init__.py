"""Assists the early detection of Alzheimer's disease from a T1 brain MRI and clinical fields. Research prototype."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from adcore.version import __version__ as __version__

if TYPE_CHECKING:
    from adcore.analysis import Analysis as Analysis
    from adcore.case.clinical import ClinicalRecord as ClinicalRecord
    from adcore.case.scan import Scan as Scan
    from adcore.cohorts.analyse_cohort import analyse_cohort as analyse_cohort
    from adcore.cohorts.layouts import find_scans as find_scans
    from adcore.pipeline import analyse as analyse
    from adcore.predict import Predictor as Predictor
    from adcore.predict import load_predictor as load_predictor
    from adcore.readers import read_scan as read_scan
    from adcore.words import DISCLAIMER as DISCLAIMER

_HOME = {
    "DISCLAIMER": "adcore.words",
    "Analysis": "adcore.analysis",
    "ClinicalRecord": "adcore.case.clinical",
    "Predictor": "adcore.predict",
    "Scan": "adcore.case.scan",
    "analyse": "adcore.pipeline",
    "analyse_cohort": "adcore.cohorts.analyse_cohort",
    "find_scans": "adcore.cohorts.layouts",
    "load_predictor": "adcore.predict",
    "read_scan": "adcore.readers",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    """Import a public name on first use: torch alone takes seconds to import, and `adcore --help` needs none of it."""
    if name not in _HOME:
        raise AttributeError(f"module 'adcore' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """The public names too, so that help(adcore) and a notebook's completion show them."""
    return sorted({*globals(), *_HOME})
