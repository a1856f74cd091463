"""Time and memory of each stage, from a file to an explained answer, beside other tools on the same scan."""

import gc
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import SimpleITK
from nilearn.datasets import load_mni152_template

from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.scan import Scan
from adcore.pipeline import analyse
from adcore.predict import Predictor
from adcore.readers import read_scan
from adcore.readers.isolation import in_child

READ = "Reading the file"
ALL = "From file to explained answer"
RECORD = ClinicalRecord(age_years=74, sex=Sex.FEMALE, mmse=26)
SAMPLE_SECONDS = 0.005


@dataclass
class Cost:
    """The cost of one stage, one value per run.

    Attributes:
        seconds: wall clock.
        cpu_seconds: user and system time of this process, all threads.
        peak_mb: the largest resident memory of this process while it ran.
    """

    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)

    def medians(self) -> tuple[float, float, float]:
        """Medians of seconds and CPU seconds, and the greatest peak memory."""
        return statistics.median(self.seconds), statistics.median(self.cpu_seconds), max(self.peak_mb)


def measure_stages(path: Path, predictor: Predictor, runs: int) -> dict[str, Cost]:
    """Analyse one file several times after a warm-up run; costs by stage in order, ALL last."""
    costs: dict[str, Cost] = {}
    for run in range(runs + 1):
        marks = _Marks()
        with marks.watching():
            marks.begin(READ)
            scan = in_child(read_scan, path, None)
            analyse(scan, RECORD, predictor, on_step=marks.begin)
        if run:
            marks.add_to(costs)
    return costs


def yardsticks(scan: Scan) -> dict[str, Callable[[], object]]:
    """Common tools on the same scan, by task; they are slow, so each is run once."""
    moving = SimpleITK.GetImageFromArray(scan.voxels.T)
    return {
        "affine registration to MNI152: SimpleITK, Mattes, three levels": lambda: _register(moving),
        "bias field: SimpleITK N4, the whole head at a quarter": lambda: _n4(moving),
    }


def cost_of(work: Callable[[], object]) -> Cost:
    """The cost of one run."""
    marks = _Marks()
    with marks.watching():
        marks.begin(ALL)
        work()
    costs: dict[str, Cost] = {}
    marks.add_to(costs)
    return costs[ALL]


class _Marks:
    """When each stage began, and its peak memory."""

    def __init__(self) -> None:
        self._begun: list[tuple[str, float, float]] = []
        self._peaks: list[float] = []

    def begin(self, stage: str) -> None:
        self._peaks.append(_resident_mb())
        self._begun.append((stage, time.perf_counter(), time.process_time()))

    @contextmanager
    def watching(self) -> Iterator[None]:
        gc.collect()
        stop = threading.Event()

        def sample() -> None:
            while not stop.wait(SAMPLE_SECONDS):
                if self._peaks:
                    self._peaks[-1] = max(self._peaks[-1], _resident_mb())

        watcher = threading.Thread(target=sample, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            stop.set()
            watcher.join()
            self._begun.append(("", time.perf_counter(), time.process_time()))

    def add_to(self, costs: dict[str, Cost]) -> None:
        run: dict[str, tuple[float, float, float]] = {}  # a stage that was told twice counts once
        for (stage, start, cpu), (_, end, cpu_end), peak in zip(self._begun, self._begun[1:], self._peaks, strict=False):
            seconds, cpu_seconds, most = run.get(stage, (0.0, 0.0, 0.0))
            run[stage] = (seconds + end - start, cpu_seconds + cpu_end - cpu, max(most, peak))
        for stage, cost in run.items():
            _add(costs.setdefault(stage, Cost()), *cost)
        if len(self._begun) > 2:
            (_, start, cpu), (_, end, cpu_end) = self._begun[0], self._begun[-1]
            costs[ALL] = costs.pop(ALL, Cost())  # keeps it last
            _add(costs[ALL], end - start, cpu_end - cpu, max(self._peaks))


def _add(cost: Cost, seconds: float, cpu_seconds: float, peak_mb: float) -> None:
    cost.seconds.append(seconds)
    cost.cpu_seconds.append(cpu_seconds)
    cost.peak_mb.append(peak_mb)


def _resident_mb() -> float:
    """This process's resident memory; 0 where the system does not report it."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 1e6


def _register(moving: SimpleITK.Image) -> SimpleITK.Transform:
    template = load_mni152_template(resolution=1)
    fixed = SimpleITK.GetImageFromArray(template.get_fdata(dtype="float32").T)
    method = SimpleITK.ImageRegistrationMethod()
    start = SimpleITK.CenteredTransformInitializer(
        fixed, moving, SimpleITK.AffineTransform(3), SimpleITK.CenteredTransformInitializerFilter.MOMENTS
    )
    method.SetInitialTransform(start)
    method.SetMetricAsMattesMutualInformation(32)
    method.SetMetricSamplingStrategy(method.RANDOM)
    method.SetMetricSamplingPercentage(0.05, 1)
    method.SetOptimizerAsGradientDescent(1.0, 100)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel([4, 2, 1])
    method.SetSmoothingSigmasPerLevel([2, 1, 0])
    return method.Execute(fixed, moving)


def _n4(image: SimpleITK.Image) -> SimpleITK.Image:
    small = SimpleITK.Shrink(image, [4] * 3)
    return SimpleITK.N4BiasFieldCorrection(small, SimpleITK.OtsuThreshold(small, 0, 1))
