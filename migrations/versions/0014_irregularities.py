"""Irregularities and their steps; results that they withhold.

Expand, backfill, contract: the running release must keep working while this runs. No imports from `app`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
compatible_since = (
    "0001"  # it only adds; the release before opens no case, and its view leaves out what this one withholds
)

# A candidate adds their own words to a case, and no decision.
RIGHTS = (
    "GRANT SELECT, INSERT ON irregularities, irregularity_steps TO sahih_app",
    "GRANT SELECT ON irregularities TO sahih_exam",
    "GRANT SELECT (sitting_id, irregularity_id, no, state, by, at, words, until) ON irregularity_steps TO sahih_exam",
    "GRANT INSERT ON irregularity_steps TO sahih_exam",
    "ALTER TABLE irregularity_steps ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY all_steps ON irregularity_steps TO sahih_app USING (true)",
    "CREATE POLICY read_steps ON irregularity_steps FOR SELECT TO sahih_exam USING (true)",
    "CREATE POLICY own_words ON irregularity_steps FOR INSERT TO sahih_exam WITH CHECK (state = 'statement-given')",
)

# From the first step of a case until it is released: a void attempt stays withheld.
VIEWS = (
    """
    CREATE VIEW withheld_results WITH (security_barrier) AS
    SELECT c.sitting_id, c.attempt_id FROM irregularities c
    WHERE NOT EXISTS (SELECT FROM irregularity_steps s WHERE s.sitting_id = c.sitting_id
                      AND s.irregularity_id = c.id AND s.state = 'released')
    """,
    "GRANT SELECT ON withheld_results TO sahih_app, sahih_exam",
    """
    CREATE OR REPLACE VIEW released_scores WITH (security_barrier) AS
    SELECT s.*, r.released_at FROM scores s JOIN releases r ON r.sitting_id = s.sitting_id
    WHERE r.state = 'released'
      AND s.run_no = (SELECT max(n.run_no) FROM scores n
                      WHERE n.sitting_id = s.sitting_id AND n.attempt_id = s.attempt_id)
      AND NOT EXISTS (SELECT FROM withheld_results w WHERE w.sitting_id = s.sitting_id AND w.attempt_id = s.attempt_id)
    """,
)


def upgrade() -> None:
    op.create_table(
        "irregularities",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_irregularities_incident_id_incidents")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id", "attempt_id"],
            ["attempts.sitting_id", "attempts.id"],
            name=op.f("fk_irregularities_sitting_id_attempt_id_attempts"),
        ),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_irregularities")),
    )
    op.create_index("ix_irregularities_attempt", "irregularities", ["sitting_id", "attempt_id"], unique=False)
    op.create_table(
        "irregularity_steps",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("irregularity_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("involved", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_irregularity_steps_by_people")),
        sa.ForeignKeyConstraint(
            ["sitting_id", "irregularity_id"],
            ["irregularities.sitting_id", "irregularities.id"],
            name=op.f("fk_irregularity_steps_sitting_id_irregularity_id_irregularities"),
        ),
        sa.PrimaryKeyConstraint("sitting_id", "irregularity_id", "no", name=op.f("pk_irregularity_steps")),
    )
    # A candidate whose attempt is void still finds it, by their line of the roster.
    op.create_index("ix_attempts_sitting_id_roster_id", "attempts", ["sitting_id", "roster_id"], unique=False)
    for statement in (*RIGHTS, *VIEWS):
        op.execute(statement)
