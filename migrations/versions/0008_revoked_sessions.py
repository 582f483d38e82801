"""An index of revoked sessions: every server process asks for the newest of them each second."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
compatible_since = "0001"  # it only adds


def upgrade() -> None:
    op.create_index(
        "ix_sessions_revoked", "sessions", ["revoked_at"], postgresql_where=sa.text("revoked_at IS NOT NULL")
    )
