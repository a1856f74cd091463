"""A BIDS App: the analysis of a cohort with BIDS folders at both ends, participant by participant and as a group."""

from adcore.cohorts.bids_app.levels import BidsRun, group_level, participant_level

__all__ = ["BidsRun", "group_level", "participant_level"]
