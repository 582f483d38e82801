"""People and papers: log-ins that a proctor opened.

Expand, backfill, contract: the running release must keep working while this runs. No imports from `app`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0010"
compatible_since = "0001"  # it only adds


def upgrade() -> None:
    _create_openings()


def _create_openings() -> None:
    op.create_table(
        "log_in_openings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opened_by"], ["people.id"], name=op.f("fk_log_in_openings_opened_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_in_openings")),
    )
    op.create_index("ix_log_in_openings_number_until", "log_in_openings", ["number", "until"], unique=False)
    op.execute("GRANT SELECT, INSERT ON log_in_openings TO sahih_app")
    # The candidates' log-in sees that one is open, not who opened it.
    op.execute("GRANT SELECT (number, until) ON log_in_openings TO sahih_exam")
