"""What the answer would be if one clinical field were known, or were another: nothing else changes, the scan stays."""

from adcore.what_if.curves import FieldCurve, WhatIf, what_if
from adcore.what_if.wording import most_to_say

__all__ = ["FieldCurve", "WhatIf", "most_to_say", "what_if"]
