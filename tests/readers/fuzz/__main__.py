"""Fuzz some readers, or each in turn: `python -m tests.readers.fuzz dicom zip --seconds 60`; needs atheris and Linux.

For each reader a line with executions, what was read and refused, edges and lines reached, and findings. The inputs that reached
something new are kept in runs/fuzz/READER/corpus, what was found in runs/fuzz/READER/findings.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

from tests.readers.fuzz.bundle import joined
from tests.readers.fuzz.reached import Line, lines, reached
from tests.readers.fuzz.readers import READERS, SOUND_FILE, target_of
from tests.readers.fuzz.seeds import MAX_BYTES, SEEDS, dicom_series

HANGS_AFTER = 30
"""Seconds after which an input counts as endless; inputs that take 5 s of processor time are findings, too."""


def main() -> int:
    """Fuzz, print, and say whether anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.readers.fuzz", description=__doc__)
    parser.add_argument("readers", nargs="*", metavar="READER", help=f"{', '.join(READERS)}; all of them where none is named")
    parser.add_argument("--seconds", type=int, default=60, help="for each reader")
    parser.add_argument("--folder", type=Path, default=Path("runs/fuzz"))
    asked = parser.parse_args()
    if unknown := set(asked.readers) - set(READERS):
        parser.error(f"no such reader: {', '.join(sorted(unknown))}")
    found, everywhere = 0, set[Line]()
    for reader in asked.readers or READERS:
        folder = asked.folder.absolute() / reader
        output = _fuzz(reader, folder, asked.seconds)
        at = reached(target_of(reader, folder), (path.read_bytes() for path in sorted((folder / "corpus").iterdir())))
        everywhere |= at
        findings = sorted(path.name for path in (folder / "findings").iterdir() if path.suffix != ".txt")
        found += len(findings)
        print(_summary(reader, folder, output, len(at), len(findings)), *findings, sep="\n  ", flush=True)
    print(f"lines reached: {len(everywhere)} of {len(lines())}")
    return 1 if found else 0


def _fuzz(reader: str, folder: Path, seconds: int) -> str:
    """Fuzz in a process whose readers are instrumented; what the fuzzer said."""
    for name in ("corpus", "findings"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / SOUND_FILE).write_bytes(joined(dicom_series()["1.2.840.10008.1.2.1"]))
    for data in SEEDS[reader]():
        (folder / "corpus" / hashlib.sha1(data).hexdigest()).write_bytes(data)
    flags = {"max_total_time": seconds, "max_len": MAX_BYTES, "timeout": HANGS_AFTER, "rss_limit_mb": 0, "print_final_stats": 1}
    command = [sys.executable, "-m", "tests.readers.fuzz.run", reader, str(folder / "corpus")]
    command += [f"-{name}={value}" for name, value in flags.items()] + [f"-artifact_prefix={folder}/findings/"]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace")
    (folder / "log").write_text(done.stderr)
    return done.stderr


def _summary(reader: str, folder: Path, output: str, reached_lines: int, found: int) -> str:
    counts = json.loads((folder / "counts.json").read_text()) if (folder / "counts.json").exists() else {}
    done, edges = re.findall(r"Done (\d+) runs in (\d+) second", output), re.findall(r" cov: (\d+)", output)
    runs, seconds = done[-1] if done else ("?", "?")  # it ended before its time: see the log
    kept = sum(1 for _ in (folder / "corpus").iterdir())
    return (
        f"{reader}: {seconds} s ({counts.get('seconds', '?')} s of processor time), {runs} executions, "
        f"{counts.get('read', 0)} read and {counts.get('refused', 0)} refused, "
        f"{edges[-1] if edges else '?'} edges, {reached_lines} lines, {kept} inputs kept, {found} findings"
    )


if __name__ == "__main__":
    sys.exit(main())
