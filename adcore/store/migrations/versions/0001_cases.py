"""Cases with their answers, notes, files and scans."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("scan_sha256", sa.String(64), nullable=False),
        sa.Column("pseudonym", sa.String(16), nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("changed", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("owner", "scan_sha256", name=op.f("uq_cases_owner")),
    )
    for column in ("owner", "scan_sha256", "changed"):
        op.create_index(op.f(f"ix_cases_{column}"), "cases", [column])
    op.create_table(
        "answers",
        *_of_case("answers"),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("model_name", sa.String(200), nullable=False),
        sa.Column("weights_sha256", sa.String(64), nullable=False),
        sa.Column("adcore_version", sa.String(40), nullable=False),
        sa.Column("category", sa.String(40)),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("answered", sa.String(32), nullable=False),
        sa.UniqueConstraint("case_id", "key", name=op.f("uq_answers_case_id")),
    )
    op.create_table(
        "notes",
        *_of_case("notes"),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("written", sa.String(32), nullable=False),
    )
    op.create_table(
        "files",
        *_of_case("files"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("written", sa.String(32), nullable=False),
    )
    for table in ("notes", "files"):
        op.create_index(op.f(f"ix_{table}_case_id"), table, ["case_id"])
    op.create_table(
        "scans",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_scans")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_scans_case_id_cases"), ondelete="CASCADE"),
    )


def _of_case(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f(f"fk_{table}_case_id_cases"), ondelete="CASCADE"),
    ]
