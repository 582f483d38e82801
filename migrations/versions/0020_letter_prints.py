"""The candidate's own copy of the letter of a decision: the candidates' log-in writes down that print, and no other."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
compatible_since = "0001"  # it only adds

RIGHTS = (
    "ALTER TABLE printed_papers ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY all_prints ON printed_papers TO sahih_app USING (true)",
    "CREATE POLICY own_letter ON printed_papers FOR INSERT TO sahih_exam WITH CHECK (kind = 'decision')",
    "GRANT INSERT ON printed_papers TO sahih_exam",
)


def upgrade() -> None:
    for statement in RIGHTS:
        op.execute(statement)
