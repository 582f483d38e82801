"""Items may show pictures, and share a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
compatible_since = "0001"  # it only adds


def upgrade() -> None:
    op.add_column("items", sa.Column("stimulus_code", sa.Text(), nullable=True))
    op.create_index(op.f("ix_items_stimulus_code"), "items", ["stimulus_code"])
    op.create_table(
        "item_images",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_item_images")),
    )
    op.execute("GRANT SELECT, INSERT ON item_images TO sahih_app")
