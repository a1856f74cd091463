"""The dashboard's audit trail, where whoever runs it wants one: no answer and no file without its record."""

import os
from functools import lru_cache
from pathlib import Path

from adcore.analysis import Analysis
from adcore.audit import AuditEvent, AuditTrail, Outcome, user_pseudonym
from app.user import User, this_user

__all__ = ["AUDIT_VARIABLE", "AuditEvent", "Outcome", "record", "record_answer"]

AUDIT_VARIABLE = "ADCORE_AUDIT"
"""Environment variable: the file of the audit trail; unset, none is kept."""


def record(event: AuditEvent, subject: str | None = None, outcome: Outcome = Outcome.SUCCESS, user: User | None = None) -> None:
    """Record an event before what it tells of is shown or handed out.

    Args:
        subject: the case's pseudonym, or a file's name made of it.
        user: who did it; None: the one for whom the page at hand runs, if users sign in.
    Raises:
        AuditError: it could not be recorded.
    """
    if path := os.environ.get(AUDIT_VARIABLE):
        who = user or this_user()
        _trail(Path(path)).record(event, subject, outcome, user_pseudonym(who.id) if who else None)


def record_answer(analysis: Analysis, user: User | None = None) -> None:
    """Record an answer, before it is shown: a failure where the scan or the patient cannot be answered about.

    Raises:
        AuditError: it could not be recorded.
    """
    outcome = Outcome.SUCCESS if analysis.prediction else Outcome.MINOR_FAILURE
    record(AuditEvent.ANALYSE, analysis.prepared.scan.pseudonym, outcome, user)


@lru_cache(maxsize=1)
def _trail(path: Path) -> AuditTrail:
    return AuditTrail(path)
