"""Files on their way into a bank and out of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
compatible_since = "0024"  # it only adds

RIGHTS = (
    # A file that was looked at is forgotten when nobody needs it any more.
    "GRANT SELECT, INSERT, UPDATE, DELETE ON bank_imports TO sahih_app",
    "GRANT SELECT, INSERT ON bank_exports, bank_export_files TO sahih_app",
    "GRANT UPDATE (state, decided_by, decided_at, decision_reason) ON bank_exports TO sahih_app",
)


def upgrade() -> None:
    _create_imports()
    _create_exports()
    for statement in RIGHTS:
        op.execute(statement)


def _create_imports() -> None:
    op.create_table(
        "bank_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=True),
        sa.Column("kuk", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        *_person("bank_imports", "made_by"),
        _now("made_at"),
        sa.Column("sealed_file", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_passphrase", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_report", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=True),
        sa.Column(
            "counts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("skip", postgresql.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_imports")),
    )
    op.create_index(op.f("ix_bank_imports_made_by"), "bank_imports", ["made_by"])


def _create_exports() -> None:
    op.create_table(
        "bank_exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_code", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("version_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *_person("bank_exports", "asked_by"),
        _now("asked_at"),
        *_person("bank_exports", "decided_by", nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_exports")),
    )
    op.create_index(op.f("ix_bank_exports_asked_by"), "bank_exports", ["asked_by"])
    op.create_table(
        "bank_export_files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        _now("made_at"),
        sa.ForeignKeyConstraint(
            ["export_id"], ["bank_exports.id"], name=op.f("fk_bank_export_files_export_id_bank_exports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_export_files")),
    )
    op.create_index(op.f("ix_bank_export_files_export_id"), "bank_export_files", ["export_id"])
    op.create_index(op.f("ix_bank_export_files_sha256"), "bank_export_files", ["sha256"])


def _person(table: str, column: str, *, nullable: bool = False) -> tuple[sa.Column[object], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_{table}_{column}_people"))
    return sa.Column(column, sa.Uuid(), nullable=nullable), key


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False)
