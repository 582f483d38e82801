"""Keys, rationales and sources lie in one sealed column, as texts and pictures do.

A migration has no key of the bank, so what is there becomes a value that is labelled as plain; `sahih bank rotate-key` seals it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
compatible_since = "0024"  # the release before cannot open what this one seals, neither texts nor the keys of papers

BACKFILL = """
    UPDATE item_keys SET sealed = convert_to(
        'plain1:' || jsonb_build_object('key', key, 'rationale', rationale, 'source', source)::text, 'UTF8')
"""


def upgrade() -> None:
    op.add_column("item_keys", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.execute(BACKFILL)
    op.alter_column("item_keys", "sealed", nullable=False)
    for column in ("key", "rationale", "source"):
        op.drop_column("item_keys", column)
