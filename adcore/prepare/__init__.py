"""Scan to PreparedScan: registration, bias field, brain outline, network planes, checks of fitness."""

from adcore.prepare.checks import Check
from adcore.prepare.config import PreparationConfig
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.stages import PrepareStep, preload, prepare_scan

__all__ = ["Check", "PreparationConfig", "PrepareStep", "PreparedScan", "preload", "prepare_scan"]
