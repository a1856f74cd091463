"""The tables of the case store. A change of them needs a migration beside it, which a test holds them against.

Times are UTC in ISO 8601. Whatever belongs to a case goes with it when it is erased, by the database itself.
"""

from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, MetaData, String, UniqueConstraint, exists
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column, relationship


class Base(DeclarativeBase):
    """All tables; constraints have names, so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _of_case(**options: Any) -> Any:
    return mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), **options)


class StoredScan(Base):
    """A case's scan, encrypted; only where there is a key."""

    __tablename__ = "scans"

    case_id: Mapped[int] = _of_case(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Case(Base):
    """One owner's case.

    Attributes:
        owner: whose it is: the digest of a user's name, or of a browser's cookie where nobody signs in; or "received".
        scan_sha256: the scan's identity.
        pseudonym: which follows from it.
        changed: when something was last kept.
        scan_kept: whether its scan is kept, encrypted.
        answers, notes, files: oldest first, an answer by when it was last shown.
    """

    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("owner", "scan_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    scan_sha256: Mapped[str] = mapped_column(String(64), index=True)
    pseudonym: Mapped[str] = mapped_column(String(16))
    created: Mapped[str] = mapped_column(String(32))
    changed: Mapped[str] = mapped_column(String(32), index=True)
    scan_kept: Mapped[bool] = column_property(exists().where(StoredScan.case_id == id).correlate_except(StoredScan))
    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.answered, Answer.id", lazy="selectin", passive_deletes=True)
    notes: Mapped[list["Note"]] = relationship(order_by="Note.id", lazy="selectin", passive_deletes=True)
    files: Mapped[list["File"]] = relationship(order_by="File.id", lazy="selectin", passive_deletes=True)


class Answer(Base):
    """What one version of the model answered to one set of fields.

    Attributes:
        key: digest of the inputs: scan, fields and weights.
        category: in words; None where no probability was given.
        record: the clinical fields.
        document: the whole result, by the schema of adcore.analysis.document.
        answered: when it was kept, right before it was shown, the last time.
    """

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("case_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = _of_case()
    key: Mapped[str] = mapped_column(String(64))
    model_name: Mapped[str] = mapped_column(String(200))
    weights_sha256: Mapped[str] = mapped_column(String(64))
    adcore_version: Mapped[str] = mapped_column(String(40))
    category: Mapped[str | None] = mapped_column(String(40))
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    document: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    answered: Mapped[str] = mapped_column(String(32))


class Note(Base):
    """One state of the reader's note; the latest one holds, the earlier ones are its history."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = _of_case(index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    written: Mapped[str] = mapped_column(String(32))


class File(Base):
    """A file that was handed out; its content is not kept."""

    __tablename__ = "files"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = _of_case(index=True)
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    written: Mapped[str] = mapped_column(String(32))
