"""An archive by DICOMweb: search for a patient's studies, fetch a series, send results into the study they belong to."""

import io
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

import requests
from dicomweb_client import DICOMwebClient
from pydicom import Dataset, dcmread
from requests.auth import HTTPBasicAuth

from adcore.errors import ArchiveError
from adcore.pacs.entries import SeriesEntry, StudyEntry, series_entry, study_entry, valid_uid
from adcore.pacs.multipart import parts_of
from adcore.pacs.settings import ArchiveSettings

MOST_STUDIES = 100
"""Most that are listed of one patient."""

MAX_SERIES_BYTES = 300 << 20
"""Most that is fetched of one series, as of an upload."""

MAX_LIST_BYTES = 8 << 20
"""Most that is read of a list or a receipt."""

CONNECT_SECONDS, SILENT_SECONDS, FETCH_SECONDS = 10.0, 60.0, 300.0
"""Until there is a connection, between two pieces of an answer, and for a whole series."""

CHUNK = 1 << 20
WILDCARDS = "*?\\"
SERIES_FIELDS = ("SeriesDescription", "NumberOfSeriesRelatedInstances")
STUDY_FIELDS = ("StudyInstanceUID", "PatientID", "AccessionNumber", "StudyDate", "StudyDescription")

E = TypeVar("E")

logging.getLogger("dicomweb_client").setLevel(logging.CRITICAL)  # it logs addresses, which hold a patient's identifier


class Archive:
    """One archive; speaks to the configured address alone, and to no other that an answer names."""

    def __init__(self, settings: ArchiveSettings) -> None:
        self.settings = settings

    def check(self) -> str:
        """Test the connection; a sentence on what was found.

        Raises:
            ArchiveError: it can't be searched; the sentence says why.
        """
        with self._client() as client:
            client.search_for_studies(limit=1, fields=["StudyInstanceUID"])
        return f"The archive at {self.settings.host} answers, and lets this program search."

    def studies(self, patient_id: str = "", accession_number: str = "") -> list[StudyEntry]:
        """The studies of one patient, the latest first.

        An archive may ignore what it is asked for: whatever is another patient's is left out.

        Args:
            patient_id, accession_number: exact; at least one is given.
        Raises:
            ArchiveError: neither is given, one has a wildcard, or the archive can't be searched.
        """
        asked = {"PatientID": patient_id.strip(), "AccessionNumber": accession_number.strip()}
        wanted = {name: value for name, value in asked.items() if value}
        if not wanted or any(sign in value for value in wanted.values() for sign in WILDCARDS):
            raise ArchiveError(
                "Expected a patient's identifier or an accession number, exact and without * or ?. Type one of them."
            )
        with self._client() as client:
            entries = _entries(
                study_entry, client.search_for_studies(search_filters=wanted, fields=STUDY_FIELDS, limit=MOST_STUDIES)
            )
        found = [
            entry
            for entry in entries
            if wanted.get("PatientID", entry.patient_id) == entry.patient_id
            and wanted.get("AccessionNumber", entry.accession_number) == entry.accession_number
        ]
        return sorted(found, key=lambda entry: entry.date, reverse=True)

    def series(self, study_uid: str) -> list[SeriesEntry]:
        """The magnetic resonance series of a study, in the archive's order.

        Raises:
            ArchiveError: the archive can't be searched.
        """
        with self._client() as client:
            entries = _entries(series_entry, client.search_for_series(_uid(study_uid), fields=SERIES_FIELDS))
        return [entry for entry in entries if entry.modality == "MR"]

    def fetch(self, study_uid: str, series_uid: str, on_bytes: Callable[[int], None] | None = None) -> list[tuple[str, bytes]]:
        """The files of a series as the archive keeps them, for adcore.readers: nothing of them is parsed here.

        Args:
            on_bytes: called with how many have come.
        Returns:
            (name, content), as an upload.
        Raises:
            ArchiveError: it is not there, is larger or takes longer than allowed, or the connection broke.
        """
        address = f"{self.settings.url}/studies/{_uid(study_uid)}/series/{_uid(series_uid)}"
        accept = {"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}
        with self._session() as session, session.get(address, headers=accept, stream=True) as answer:
            answer.raise_for_status()
            body = _bounded(answer, MAX_SERIES_BYTES, FETCH_SECONDS, on_bytes)
            files = parts_of(body, answer.headers.get("Content-Type", ""))
        return [(f"{number:04}.dcm", content) for number, content in enumerate(files, start=1)]

    def send(self, files: Mapping[str, bytes], *, new_study: bool = False) -> int:
        """Store this program's objects; how many the archive holds now of them. Sent again, the same objects change nothing.

        Args:
            files: DICOM files by name, of adcore.report.dicom_objects.
            new_study: whether their study need not be there yet.
        Raises:
            ArchiveError: their study is not there or another patient's, so nothing was sent; or the archive refused one.
        """
        objects = {name: dcmread(io.BytesIO(content)) for name, content in files.items()}
        studies = {(str(data.StudyInstanceUID), str(data.PatientID)) for data in objects.values()}
        if len(studies) != 1:
            raise ArchiveError(
                "Expected the DICOM objects of one analysis, got those of several studies or of none. Send each alone."
            )
        ((study, patient),) = studies
        self._refuse_another_patient(study, patient, new_study)
        for number, (name, data) in enumerate(objects.items()):
            with self._client() as client:
                receipt = client.store_instances([data], study)
            if not _stored(receipt, str(data.SOPInstanceUID)):
                raise ArchiveError(
                    f"The archive stored {number} of {len(objects)} objects and refused {name}. Look into the archive's log, and "
                    "send them again: those that it has stay as they are."
                )
        return len(objects)

    def _refuse_another_patient(self, study: str, patient: str, new_study: bool) -> None:
        with self._client() as client:
            listed = client.search_for_studies(search_filters={"StudyInstanceUID": _uid(study)}, fields=STUDY_FIELDS)
            entries = _entries(study_entry, listed)
        found = [entry for entry in entries if entry.uid == study]
        if not found and not new_study:
            raise ArchiveError(
                "The study that these objects belong to is not in this archive, so nothing was sent. Send them to the archive "
                "that the scan came from."
            )
        if any(entry.patient_id != patient for entry in found):
            raise ArchiveError(
                "The objects name another patient than their study in the archive, so nothing was sent. Objects under a "
                "pseudonym would become a patient of their own there: write them with --name-patient."
            )

    @contextmanager
    def _client(self) -> Iterator[DICOMwebClient]:
        with self._session() as session:
            client = DICOMwebClient(self.settings.url, session=session, timeout=(CONNECT_SECONDS, SILENT_SECONDS))
            client.set_http_retry_params(retry=False)
            yield client

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        """A session whose errors are sentences."""
        with _Session(self.settings) as session:
            try:
                yield session
            except requests.RequestException as error:
                raise ArchiveError(_cause(error, self.settings.host)) from error
            except (ValueError, KeyError, TypeError, AttributeError) as error:  # the libraries, at an answer of another form
                raise ArchiveError(
                    f"Expected an answer in DICOMweb's form from {self.settings.host}. Check the address: it should be the root "
                    "of the archive's DICOMweb service."
                ) from error


class _Session(requests.Session):
    """Bounded, and bound to one address: follows no redirection, and takes nothing from the machine's own settings."""

    def __init__(self, settings: ArchiveSettings) -> None:
        super().__init__()
        self.trust_env = False
        if settings.certificates:
            self.verify = settings.certificates
        if settings.token:
            self.headers["Authorization"] = f"Bearer {settings.token}"
        elif settings.user:
            self.auth = HTTPBasicAuth(settings.user.encode(), (settings.password or "").encode())

    def request(self, *args: Any, **options: Any) -> requests.Response:
        """As usual; an answer that was not asked for as a stream is read up to a bound."""
        streamed = options.pop("stream", False)
        options.setdefault("timeout", (CONNECT_SECONDS, SILENT_SECONDS))
        answer = super().request(*args, **options | {"allow_redirects": False, "stream": True})
        if answer.is_redirect:
            answer.close()
            raise requests.TooManyRedirects("redirected")
        if not streamed:
            answer._content = _bounded(answer, MAX_LIST_BYTES, FETCH_SECONDS)
        return answer


def _bounded(answer: requests.Response, most: int, seconds: float, on_bytes: Callable[[int], None] | None = None) -> bytes:
    body, until = bytearray(), monotonic() + seconds
    for chunk in answer.iter_content(CHUNK):
        body += chunk
        if on_bytes is not None:
            on_bytes(len(body))
        if len(body) > most:
            raise ArchiveError(f"The archive sent more than {most >> 20} MB, the most that is taken. Choose another series.")
        if monotonic() > until:
            raise ArchiveError(f"The archive took longer than {seconds:.0f} s to send. Try again when it is less busy.")
    return bytes(body)


def _entries(read: Callable[[dict[str, Any]], E | None], items: list[dict[str, Any]]) -> list[E]:
    return [entry for item in items if isinstance(item, dict) and (entry := read(item)) is not None]


def _stored(receipt: Dataset, uid: str) -> bool:
    failed = [str(item.get("ReferencedSOPInstanceUID", "")) for item in receipt.get("FailedSOPSequence", None) or ()]
    stored = [str(item.get("ReferencedSOPInstanceUID", "")) for item in receipt.get("ReferencedSOPSequence", None) or ()]
    return uid in stored and uid not in failed


def _uid(text: str) -> str:
    if not valid_uid(text):
        raise ArchiveError("Expected a DICOM identifier: digits and dots, as `adcore pacs find` lists them.")
    return text


def _cause(error: requests.RequestException, host: str) -> str:
    """What went wrong, and what to do; never the address asked for, which holds a patient's identifier."""
    status = error.response.status_code if error.response is not None else None
    if isinstance(error, requests.TooManyRedirects):
        return f"The archive at {host} sends to another address, which is not followed. Give the address it sends to."
    if status in (401, 403):
        return (
            f"The archive at {host} refuses this program ({status}). Check user and password, or the token, and its rights there."
        )
    if status == 404:
        return f"The archive at {host} does not have that (404). Check the address, and whether the series is still there."
    if status is not None:
        return f"The archive at {host} answered with an error ({status}). Try again, or look into the archive's log."
    if isinstance(error, requests.exceptions.SSLError):
        return f"The certificate of {host} is not one that is trusted here. Name the hospital's certificates in ADCORE_PACS_CA."
    if isinstance(error, requests.Timeout):
        return f"The archive at {host} did not answer in time. Check that it runs, and try again."
    if isinstance(error, requests.ConnectionError):
        return f"There is no connection to {host}, or it broke. Check the address, and that the archive runs."
    return f"Expected an answer in DICOMweb's form from {host}. Check the address: it should be the root of the DICOMweb service."
