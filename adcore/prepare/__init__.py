"""Scan to PreparedScan: registration, bias field, brain outline, network planes, checks of fitness."""

from adcore.prepare.checks import Check
from adcore.prepare.config import PreparationConfig
from adcore.prepare.stages import PrepareStep, prepare_scan, preload
from adcore.prepare.prepared import PreparedScan

__all__ = ["Check", "PrepareStep", "PreparationConfig", "PreparedScan", "preload", "prepare_scan"]
