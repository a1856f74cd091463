"""The case store: a clinic's cases with their answers, notes and files in a database, and scans only encrypted."""

from adcore.store.case_store import CaseStore
from adcore.store.tables import Answer, Case, File, Note

__all__ = ["Answer", "Case", "CaseStore", "File", "Note"]
