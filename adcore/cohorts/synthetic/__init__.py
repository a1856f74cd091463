"""Synthetic heads with a stated degree of atrophy, made from the MNI152 template, for demonstration and for tests."""

from adcore.cohorts.synthetic.acquisition import Acquisition
from adcore.cohorts.synthetic.course import DEMO_COURSE, DemoVisit
from adcore.cohorts.synthetic.head import StructureVolumes, make_head, true_volumes
from adcore.cohorts.synthetic.patients import DEMO_PATIENTS, DemoPatient

__all__ = [
    "DEMO_COURSE",
    "DEMO_PATIENTS",
    "Acquisition",
    "DemoPatient",
    "DemoVisit",
    "StructureVolumes",
    "make_head",
    "true_volumes",
]
