"""Prints of a sitting's papers: the code on each, and the hash of what it says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
compatible_since = "0001"  # it only adds a table


def upgrade() -> None:
    op.create_table(
        "printed_papers",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("printed_by", sa.Uuid(), nullable=False),
        sa.Column(
            "printed_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["printed_by"], ["people.id"], name=op.f("fk_printed_papers_printed_by_people")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_printed_papers_sitting_id_sittings")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_printed_papers")),
    )
    op.create_index(op.f("ix_printed_papers_sitting_id"), "printed_papers", ["sitting_id"])
    op.execute("GRANT SELECT, INSERT ON printed_papers TO sahih_app")
