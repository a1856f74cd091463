"""A batch that was received becomes cases of the store: each of its series is read, analysed and kept, or told why not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from adcore.analysis import Analysis
from adcore.audit import AuditEvent, AuditTrail, Outcome
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.errors import AdcoreError, SeveralSeriesError
from adcore.pacs.inbox import Batch
from adcore.readers import read_upload, read_upload_patient
from adcore.readers.isolation import in_child
from adcore.store import CaseStore
from adcore.store.case_store import RECEIVED

MOST_SERIES = 12
"""Of one batch that are read; a study of the head has fewer."""

TOO_LARGE = "More was sent at once than is taken, so none of it was read. Send the T1 series alone."

UNREAD = "A series"
"""What a line calls a series before it is read."""

Patient = dict[str, str]
"""Patient and study by DICOM keyword."""


@dataclass(frozen=True)
class Receiver:
    """Turns batches into cases.

    Attributes:
        analyse: one scan with what its header says of the patient.
        key_of: digest of what an answer was made from.
        trail: the audit trail; None where none is kept.
        deliver: stores an analysis' results in the archive, and tells how many; None where they stay here.
    """

    store: CaseStore
    analyse: Callable[[Scan, ClinicalRecord], Analysis]
    key_of: Callable[[Scan, ClinicalRecord], str]
    trail: AuditTrail | None = None
    deliver: Callable[[Analysis, Patient], int] | None = None

    def work(self, batch: Batch) -> Iterator[str]:
        """Read every series of a batch in child processes, analyse and keep it; a line a series, without anything of a header."""
        if batch.too_large:
            self._record(AuditEvent.IMPORT, None, Outcome.MINOR_FAILURE)
            yield TOO_LARGE
            return
        files = [(f"{number:04}.dcm", content) for number, content in enumerate(batch.files, start=1)]
        try:
            yield self._series(files, None)
        except SeveralSeriesError as error:
            for series in [one for one in error.series if one.readable][:MOST_SERIES]:
                yield self._series(files, series.number)

    def _series(self, files: Sequence[tuple[str, bytes]], number: int | None) -> str:
        """One series from files to case; the line that tells of it.

        Raises:
            SeveralSeriesError: there are several, and no number is given.
        """
        case = UNREAD
        try:
            scan = in_child(read_upload, files, number)
            patient = in_child(read_upload_patient, files, number)
            case = scan.pseudonym
            self._record(AuditEvent.IMPORT, case)
            return f"{case}: {self._case(scan, patient)}"
        except SeveralSeriesError:
            raise
        except (AdcoreError, RuntimeError) as error:  # a defect of the worker too: one series must not end the service
            event, subject = (AuditEvent.IMPORT, None) if case == UNREAD else (AuditEvent.ANALYSE, case)
            self._record(event, subject, Outcome.MINOR_FAILURE)
            return f"{case} has no answer. {error}"

    def _case(self, scan: Scan, patient: Patient) -> str:
        record = ClinicalRecord.of(**scan.stated.fields)  # all else is unknown until a reader enters it
        analysis = self.analyse(scan, record)
        said = analysis.prediction.category.value if analysis.prediction else "no probability"
        self._record(AuditEvent.ANALYSE, scan.pseudonym, Outcome.SUCCESS if analysis.prediction else Outcome.MINOR_FAILURE)
        self.store.keep(RECEIVED, scan, (self.key_of(scan, record), analysis))
        if self.deliver is None:
            return f"{said}; kept."
        self._record(AuditEvent.EXPORT, scan.pseudonym)
        return f"{said}; kept, and {self.deliver(analysis, patient)} objects are in the archive."

    def _record(self, event: AuditEvent, subject: str | None, outcome: Outcome = Outcome.SUCCESS) -> None:
        if self.trail is not None:
            self.trail.record(event, subject, outcome)
