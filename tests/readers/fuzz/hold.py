"""Run a target on one input, and keep what it finds: an exception that is no refusal, too much memory, or too much time."""

import hashlib
import json
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import process_time

MAX_SECONDS = 5.0
"""Processor time for one input; an endless loop is ended by the fuzzer itself."""

MAX_BYTES = 200_000_000
"""Memory above what is resident before, and above the scans that are accepted; as for the refusals of the corpus."""

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class Holder:
    """Calls a target, counts, and saves each input that shows something new.

    Attributes:
        counts: "read", "refused" and "found".
    """

    def __init__(self, target: Callable[[bytes], int], folder: Path) -> None:
        """`folder`: gets findings (an input and its traceback) and counts.json."""
        self.counts: Counter[str] = Counter()
        self._target, self._folder, self._known, self._start = target, folder, set[str](), process_time()

    def __call__(self, data: bytes) -> None:
        before, start, held = _measure_from_now(), process_time(), 0
        try:
            held = self._target(data)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            self._save(data, f"{type(error).__name__}-{Path(place.filename).stem}-{place.lineno}", traceback.format_exc())
        seconds, taken = process_time() - start, _resident("VmHWM") - before - held
        if seconds > MAX_SECONDS:
            self._save(data, f"slow-{seconds:.0f}", f"{seconds:.1f} s")
        if taken > MAX_BYTES:
            self._save(data, f"memory-{taken >> 26}", f"{taken:,} bytes")
        self.counts["read" if held else "refused"] += 1
        if self.counts.total() % 200 == 0:
            self.write()

    def write(self) -> None:
        """Write the counts, and the processor time that they took."""
        (self._folder / "counts.json").write_text(json.dumps({**self.counts, "seconds": round(process_time() - self._start)}))

    def _save(self, data: bytes, kind: str, text: str) -> None:
        self.counts["found"] += 1
        if kind in self._known:
            return
        self._known.add(kind)
        path = self._folder / "findings" / f"{kind}-{hashlib.sha256(data).hexdigest()[:8]}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        path.with_suffix(".txt").write_text(text)


def _measure_from_now() -> int:
    CLEAR.write_text("5")
    return _resident("VmRSS")


def _resident(field: str) -> int:
    text = STATUS.read_text()
    start = text.index(field) + len(field) + 1
    return int(text[start : text.index("kB", start)]) * 1024
