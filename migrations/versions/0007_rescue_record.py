"""What a clearance saw of rescue files, and what a file calls sent that the server does not have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
compatible_since = "0001"  # it only adds columns, with defaults that are kept with the tables


def upgrade() -> None:
    # A clearance from before names no file: where there are some, results not released yet wait for another look.
    op.add_column(
        "key_checks",
        sa.Column("rescues", postgresql.ARRAY(sa.UUID()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("rescues", sa.Column("missing", sa.Integer(), server_default=sa.text("0"), nullable=False))
