"""From when on a kind of signal is worth a look, per sitting."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
compatible_since = "0001"  # it only adds


def upgrade() -> None:
    op.add_column(
        "board_thresholds",
        sa.Column("signals", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
    )
