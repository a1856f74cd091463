"""A stored case as files: all that is kept of it as JSON, and its scan as NIfTI."""

import json
from pathlib import Path
from typing import Any

import nibabel as nib
from isal import igzip

from adcore.atomic import write_atomically
from adcore.store.case_store import CaseStore
from adcore.store.tables import Case

CASE_FILE = "case.json"
SCAN_FILE = "scan.nii.gz"


def case_json(case: Case) -> dict[str, Any]:
    """All that is kept of a case but its scan; answers have to be loaded with their documents."""
    return {
        **{name: getattr(case, name) for name in ("pseudonym", "scan_sha256", "owner", "created", "changed")},
        "answers": [
            {
                name: getattr(answer, name)
                for name in ("answered", "model_name", "weights_sha256", "adcore_version", "category", "record", "document")
            }
            for answer in case.answers
        ],
        "notes": [{"written": note.written, **note.content} for note in case.notes],
        "files": [{name: getattr(file, name) for name in ("written", "name", "size", "sha256")} for file in case.files],
    }


def export_case(store: CaseStore, case: Case, folder: Path) -> list[Path]:
    """Write a case's files; which they are.

    Raises:
        StoreError: it can't be read, or its scan not be decrypted.
    """
    whole = store.case(case.owner, case.scan_sha256) or case
    content = json.dumps(case_json(whole), indent=1).encode()
    written = [folder / CASE_FILE]
    write_atomically(written[0], lambda file: file.write(content))
    scan = store.scan(case)
    if scan is not None:
        packed = nib.Nifti1Image(scan.voxels, scan.affine).to_bytes()
        written.append(folder / SCAN_FILE)
        write_atomically(written[1], lambda file: file.write(igzip.compress(packed, mtime=0)))
    return written
