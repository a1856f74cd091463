"""What is kept of cases, found again, and erased. Every method is one transaction: done when it returns, or not at all."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session, selectinload

from adcore.analysis import Analysis
from adcore.case.reader_note import ReaderNote
from adcore.case.scan import Scan
from adcore.errors import StoreError
from adcore.store.database import connect, prepare
from adcore.store.encryption import decrypt, encrypt, encrypt_anew, read_key
from adcore.store.tables import Answer, Case, File, Note, StoredScan

RECEIVED = "received"
"""The owner of cases that a scanner or an archive has sent: every user's."""

NOT_KEPT = (
    "The case store could not be reached or written, so nothing is shown that would be lost. What you entered is kept. "
    "Inform whoever runs this program; the database may be down, or the disk full."
)


class CaseStore:
    """A store of cases; thread-safe.

    Args:
        cipher: of scans; None where scans are not kept.
    """

    def __init__(self, engine: Engine, cipher: AESGCM | None = None) -> None:
        self._engine = engine
        self._cipher = cipher

    @classmethod
    def open(cls, url: str, key: str | None = None) -> Self:
        """The store at a URL.

        Args:
            key: that scans are encrypted with; None where scans are not to be kept.
        Raises:
            StoreError: it can't be used.
        """
        engine = connect(url)
        try:
            prepare(engine)
        except SQLAlchemyError as error:
            raise StoreError(f"{NOT_KEPT} ({type(error).__name__})") from error
        return cls(engine, read_key(key) if key else None)

    @property
    def keeps_scans(self) -> bool:
        """Whether scans are kept, encrypted."""
        return self._cipher is not None

    def keep(self, owner: str, scan: Scan, answer: tuple[str, Analysis] | None = None, note: ReaderNote | None = None) -> None:
        """Keep an answer with the key of its inputs, a note, or both.

        Raises:
            StoreError: nothing of it could be kept.
        """
        try:
            self._keep(owner, scan, answer, note)
        except StoreError as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
            self._keep(owner, scan, answer, note)  # another tab of this owner had made the case, or kept the answer, meanwhile

    def _keep(self, owner: str, scan: Scan, answer: tuple[str, Analysis] | None, note: ReaderNote | None) -> None:
        with self._transaction() as session:
            case = _find(session, owner, scan.sha256)
            if case is None:
                case = Case(owner=owner, scan_sha256=scan.sha256, pseudonym=scan.pseudonym, created=_now(), changed=_now())
                session.add(case)
            case.changed = _now()
            if answer is not None:
                known = next((kept for kept in case.answers if kept.key == answer[0]), None)
                if known is None:
                    case.answers.append(_answer(*answer))
                else:
                    known.answered = _now()
            if note is not None and (not case.notes or case.notes[-1].content != note.to_json()):
                case.notes.append(Note(content=note.to_json(), written=_now()))
            session.flush()
            if self._cipher is not None and session.get(StoredScan, case.id) is None:
                session.add(StoredScan(case_id=case.id, content=encrypt(scan, self._cipher)))

    def keep_file(self, owner: str, scan_sha256: str, name: str, content: bytes) -> None:
        """Keep that a file of a case was handed out; without effect where the case is not in the store.

        Raises:
            StoreError: it could not be kept.
        """
        with self._transaction() as session:
            case = _find(session, owner, scan_sha256)
            if case is not None:
                digest = hashlib.sha256(content).hexdigest()
                case.files.append(File(name=name, size=len(content), sha256=digest, written=_now()))

    def cases(self, owner: str | None = None, limit: int | None = None) -> Sequence[Case]:
        """Cases of an owner, or of all, the one last changed first; without the answers' documents.

        Raises:
            StoreError: it can't be read.
        """
        with self._transaction() as session:
            wanted = select(Case).order_by(Case.changed.desc(), Case.id.desc()).limit(limit)
            return session.scalars(wanted if owner is None else wanted.where(Case.owner == owner)).all()

    def case(self, owner: str, scan_sha256: str) -> Case | None:
        """One owner's case of a scan, with the answers' documents.

        Raises:
            StoreError: it can't be read.
        """
        with self._transaction() as session:
            wanted = select(Case).where(Case.owner == owner, Case.scan_sha256 == scan_sha256)
            return session.scalars(wanted.options(selectinload(Case.answers).undefer(Answer.document))).one_or_none()

    def scan(self, case: Case) -> Scan | None:
        """A case's scan; None where it is not kept, or there is no key.

        Raises:
            StoreError: it can't be read or decrypted.
        """
        if self._cipher is None:
            return None
        with self._transaction() as session:
            stored = session.get(StoredScan, case.id)
        return None if stored is None else decrypt(stored.content, case.scan_sha256, self._cipher)

    def change_key(self, key: str) -> int:
        """Encrypt every scan under another key, all or none; how many there are.

        Raises:
            StoreError: this store was opened without its key, or a scan can't be decrypted with it.
        """
        new = read_key(key)
        if self._cipher is None:
            raise StoreError("Expected the key that scans are stored under, too: --key, or ADCORE_STORE_KEY.")
        changed = 0
        with self._transaction() as session:
            for case_id, scan_sha256 in session.execute(select(Case.id, Case.scan_sha256).where(Case.scan_kept)).all():
                stored = session.get_one(StoredScan, case_id)
                stored.content = encrypt_anew(stored.content, scan_sha256, self._cipher, new)
                session.flush()
                session.expunge(stored)  # one scan in memory at a time
                changed += 1
        self._cipher = new
        return changed

    def erase(self, case: Case) -> None:
        """Erase a case with all that belongs to it, for good.

        Raises:
            StoreError: it is still there.
        """
        with self._transaction() as session:
            session.execute(delete(Case).where(Case.id == case.id))

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                yield session
        except SQLAlchemyError as error:
            raise StoreError(NOT_KEPT) from error


def _find(session: Session, owner: str, scan_sha256: str) -> Case | None:
    return session.scalars(select(Case).where(Case.owner == owner, Case.scan_sha256 == scan_sha256)).one_or_none()


def _answer(key: str, analysis: Analysis) -> Answer:
    made = analysis.provenance
    return Answer(
        key=key,
        model_name=made.model_name,
        weights_sha256=made.weights_sha256,
        adcore_version=made.adcore_version,
        category=analysis.prediction.category.value if analysis.prediction else None,
        record=analysis.record.model_dump(mode="json"),
        document=analysis.to_json(),
        answered=_now(),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
