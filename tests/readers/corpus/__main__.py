"""Write the corpus into a folder, and list each file with its expected outcome: `python -m tests.readers.corpus FOLDER`."""

import sys
from pathlib import Path

from tests.readers.corpus import CASES, write

if len(sys.argv) != 2:
    sys.exit(__doc__)
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for case in CASES:
    write(case, folder)
    print(f"{case.outcome}  {case.name:45}  {case.says}")
