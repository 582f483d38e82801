"""A computed review names the edition of the program that computed it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
compatible_since = "0028"  # the release before it computes reviews without saying by which edition


def upgrade() -> None:
    op.add_column("reviews", sa.Column("program", sa.Text(), nullable=True))
    op.execute("UPDATE reviews SET program = 'kajian-2' WHERE snapshot_sha256 IS NOT NULL")
    op.execute("GRANT UPDATE (program) ON reviews TO sahih_app")
