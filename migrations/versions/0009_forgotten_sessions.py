"""Sessions of long ago may be removed; what they did stands in the journal."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
compatible_since = "0001"  # it only grants


def upgrade() -> None:
    op.execute("GRANT DELETE ON sessions TO sahih_app")
