"""${message}

Expand, backfill, contract: the running release must keep working while this runs. No imports from `app`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
# The newest migration of the oldest release that keeps working on this schema: the previous one's value if this migration only
# expands, its own revision if it contracts. That release and later ones may run beside this one during a rolling deploy.
compatible_since = ${repr(up_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
