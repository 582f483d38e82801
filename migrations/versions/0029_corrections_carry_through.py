"""What a correction leaves behind: which of them a review goes by, proofs that are taken back, withdrawals that stay."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
compatible_since = "0028"  # it only adds

RIGHTS = (
    "GRANT UPDATE (corrections) ON reviews TO sahih_app",
    "GRANT UPDATE (taken_back_at) ON finding_verifications TO sahih_app",
    "GRANT SELECT, INSERT, UPDATE (withdrawn_at, recorded_by) ON group_withdrawals TO sahih_app",
)
# What was decided on before is taken as decided with its eyes open; what is under discussion goes by when it was computed.
GONE_BY = """
    UPDATE reviews r SET corrections = ARRAY(
        SELECT c.id FROM key_corrections c
        WHERE c.state = 'applied' AND c.scheme_code = r.scheme_code AND c.ended_at < coalesce(r.decided_at, r.computed_at)
        ORDER BY c.ended_at, c.id)
    WHERE r.snapshot_sha256 IS NOT NULL
"""
# What was seen by figures that are no longer there is taken back as reopening does it from now on.
TAKEN_BACK = """
    UPDATE finding_verifications v SET taken_back_at = clock_timestamp() FROM reviews r
    WHERE r.id = v.review_id AND (r.snapshot_sha256 IS NULL OR r.state = 'withdrawn' OR v.verified_at < r.computed_at)
      AND NOT EXISTS (SELECT FROM findings n WHERE n.repeats_id = v.finding_id AND n.state <> 'withdrawn')
"""
VERIFYING = """
    UPDATE findings f SET state = 'verifying', closed_by = NULL, closed_at = NULL, closing_note = NULL
    FROM finding_verifications v
    WHERE v.finding_id = f.id AND v.taken_back_at IS NOT NULL AND f.state IN ('closed', 'acting')
      AND v.id = (SELECT max(n.id) FROM finding_verifications n WHERE n.finding_id = f.id)
      AND NOT EXISTS (SELECT FROM corrective_actions a WHERE a.finding_id = f.id AND a.done_at IS NULL)
"""


def upgrade() -> None:
    op.add_column(
        "reviews", sa.Column("corrections", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("finding_verifications", sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "group_withdrawals",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "withdrawn_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_group_withdrawals_person_id_people")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_group_withdrawals_recorded_by_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_group_withdrawals")),
    )
    op.create_check_constraint(
        op.f("ck_key_corrections_applied_by_another"),
        "key_corrections",
        "state <> 'applied' OR ended_by <> proposed_by",
    )
    op.create_check_constraint(
        op.f("ck_review_methods_approved_by_another"), "review_methods", "approved_by <> made_by"
    )
    for statement in (GONE_BY, TAKEN_BACK, VERIFYING, *RIGHTS):
        op.execute(statement)
