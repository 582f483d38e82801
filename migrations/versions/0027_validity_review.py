"""Reviews, their method and data, item decisions, findings, Angoff panels, and corrections of keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
compatible_since = "0026"  # it only adds

RIGHTS = (
    # Append-only.
    """
    GRANT SELECT, INSERT ON review_snapshots, review_parts, item_decisions, finding_verifications, key_check_looks,
                            key_correction_approvals, key_correction_effects TO sahih_app
    """,
    "GRANT SELECT, INSERT ON review_methods, reviews, findings, corrective_actions, angoff_panels, angoff_judges TO sahih_app",
    "GRANT UPDATE (state, approved_by, approved_at) ON review_methods TO sahih_app",
    """
    GRANT UPDATE (method_id, state, asking, sitting_ids, snapshot_sha256, step, done, total, fault, computed_at, quorum, meeting,
                  decided_by, decided_at, closed_by, closed_at, next_due) ON reviews TO sahih_app
    """,
    # What was found, and who was asked to do what, stays as it was written.
    "GRANT UPDATE (root_cause, state, closed_by, closed_at, closing_note) ON findings TO sahih_app",
    "GRANT UPDATE (due_on, done_by, done_at, done_note) ON corrective_actions TO sahih_app",
    "GRANT UPDATE (state, results, closed_by, closed_at) ON angoff_panels TO sahih_app",
    "GRANT UPDATE (compromise, done_rounds) ON angoff_judges TO sahih_app",
    "GRANT SELECT, INSERT, UPDATE (percent, rated_at) ON angoff_ratings TO sahih_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON candidate_groups, review_views TO sahih_app",
    "GRANT SELECT, INSERT ON key_corrections TO sahih_app",
    "GRANT UPDATE (state, ended_by, ended_at, end_reason) ON key_corrections TO sahih_app",
)
# What a candidate reads after the release, and now by which corrections it was counted.
RELEASED_SCORES = """
    CREATE OR REPLACE VIEW released_scores WITH (security_barrier) AS
    SELECT s.sitting_id, s.attempt_id, s.run_no, s.score, s.max_score, s.pass_mark, s.recommendation, s.units, s.key_sha256,
           s.answers_sha256, s.rule_version, s.scored_at, r.released_at, s.corrections
    FROM scores s JOIN releases r ON r.sitting_id = s.sitting_id
    WHERE r.state = 'released'
      AND s.run_no = (SELECT max(n.run_no) FROM scores n
                      WHERE n.sitting_id = s.sitting_id AND n.attempt_id = s.attempt_id)
      AND NOT EXISTS (SELECT FROM withheld_results w WHERE w.sitting_id = s.sitting_id AND w.attempt_id = s.attempt_id)
"""


def upgrade() -> None:
    _create_method()
    _create_reviews()
    _create_data()
    _create_items()
    _create_findings()
    _create_angoff()
    _create_corrections()
    _print_reports()
    op.add_column(
        "scores", sa.Column("corrections", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False)
    )
    for statement in (*RIGHTS, RELEASED_SCORES):
        op.execute(statement)


def _create_method() -> None:
    op.create_table(
        "review_methods",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_code", sa.Text(), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["people.id"], name=op.f("fk_review_methods_approved_by_people")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_review_methods_made_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_methods")),
        sa.UniqueConstraint("scheme_code", "version_no", name=op.f("uq_review_methods_scheme_code_version_no")),
    )


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_version_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_code", sa.Text(), nullable=False),
        sa.Column("method_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sitting_ids", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("snapshot_sha256", sa.Text(), nullable=True),
        sa.Column("asking", sa.Integer(), server_default="0", nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("planned_by", sa.Uuid(), nullable=False),
        sa.Column(
            "planned_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column(
            "meeting", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["people.id"], name=op.f("fk_reviews_closed_by_people")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_reviews_decided_by_people")),
        sa.ForeignKeyConstraint(["method_id"], ["review_methods.id"], name=op.f("fk_reviews_method_id_review_methods")),
        sa.ForeignKeyConstraint(["planned_by"], ["people.id"], name=op.f("fk_reviews_planned_by_people")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_versions.id"], name=op.f("fk_reviews_scheme_version_id_scheme_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_scheme_code"), "reviews", ["scheme_code"], unique=False)


def _create_data() -> None:
    op.create_table(
        "review_snapshots",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_review_snapshots")),
    )
    op.create_table(
        "review_parts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_parts")),
    )
    op.create_table(
        "candidate_groups",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_candidate_groups_person_id_people")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_candidate_groups_recorded_by_people")),
        sa.PrimaryKeyConstraint("person_id", "attribute", name=op.f("pk_candidate_groups")),
    )


def _create_items() -> None:
    op.create_table(
        "item_decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("lineage_id", sa.Uuid(), nullable=False),
        sa.Column("item_version_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column(
            "decided_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_item_decisions_decided_by_people")),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_versions.id"], name=op.f("fk_item_decisions_item_version_id_item_versions")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_item_decisions_review_id_reviews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_decisions")),
    )
    op.create_index(op.f("ix_item_decisions_review_id"), "item_decisions", ["review_id"], unique=False)
    op.create_table(
        "review_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_review_views_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_views")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_review_views_person_id_name")),
    )


def _create_findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_code", sa.Text(), nullable=False),
        sa.Column("finding_no", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=True),
        sa.Column("sitting_id", sa.Uuid(), nullable=True),
        sa.Column("lead", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("lead_id", sa.Text(), nullable=True),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_label", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("root_cause", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("repeats_id", sa.Uuid(), nullable=True),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["people.id"], name=op.f("fk_findings_closed_by_people")),
        sa.ForeignKeyConstraint(["raised_by"], ["people.id"], name=op.f("fk_findings_raised_by_people")),
        sa.ForeignKeyConstraint(["repeats_id"], ["findings.id"], name=op.f("fk_findings_repeats_id_findings")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_findings_review_id_reviews")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_findings_sitting_id_sittings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint("scheme_code", "finding_no", name=op.f("uq_findings_scheme_code_finding_no")),
    )
    op.create_index(op.f("ix_findings_lead_id"), "findings", ["lead_id"], unique=False)
    op.create_index(op.f("ix_findings_review_id"), "findings", ["review_id"], unique=False)
    op.create_table(
        "corrective_actions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_corrective_actions_asked_by_people")),
        sa.ForeignKeyConstraint(["done_by"], ["people.id"], name=op.f("fk_corrective_actions_done_by_people")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_corrective_actions_finding_id_findings")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_corrective_actions_owner_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrective_actions")),
    )
    op.create_index(op.f("ix_corrective_actions_finding_id"), "corrective_actions", ["finding_id"], unique=False)
    op.create_table(
        "finding_verifications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=True),
        sa.Column("effective", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("at_once", sa.Text(), nullable=True),
        sa.Column("verified_by", sa.Uuid(), nullable=False),
        sa.Column(
            "verified_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_finding_verifications_finding_id_findings")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_finding_verifications_review_id_reviews")),
        sa.ForeignKeyConstraint(
            ["verified_by"], ["people.id"], name=op.f("fk_finding_verifications_verified_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_verifications")),
    )
    op.create_index(op.f("ix_finding_verifications_finding_id"), "finding_verifications", ["finding_id"], unique=False)
    op.create_table(
        "key_check_looks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("looked_by", sa.Uuid(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(["looked_by"], ["people.id"], name=op.f("fk_key_check_looks_looked_by_people")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_key_check_looks_sitting_id_sittings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_check_looks")),
    )
    op.create_index(op.f("ix_key_check_looks_sitting_id"), "key_check_looks", ["sitting_id"], unique=False)


def _create_angoff() -> None:
    op.create_table(
        "angoff_panels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_version_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("item_version_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column(
            "results", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["people.id"], name=op.f("fk_angoff_panels_closed_by_people")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_angoff_panels_made_by_people")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"],
            ["scheme_versions.id"],
            name=op.f("fk_angoff_panels_scheme_version_id_scheme_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_angoff_panels")),
    )
    op.create_table(
        "angoff_judges",
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("expertise", sa.Text(), nullable=False),
        sa.Column("compromise", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("done_rounds", postgresql.ARRAY(sa.SmallInteger()), server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["angoff_panels.id"], name=op.f("fk_angoff_judges_panel_id_angoff_panels")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_angoff_judges_person_id_people")),
        sa.PrimaryKeyConstraint("panel_id", "person_id", name=op.f("pk_angoff_judges")),
    )
    op.create_table(
        "angoff_ratings",
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("round_no", sa.SmallInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item_version_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.SmallInteger(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_versions.id"], name=op.f("fk_angoff_ratings_item_version_id_item_versions")
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["angoff_panels.id"], name=op.f("fk_angoff_ratings_panel_id_angoff_panels")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_angoff_ratings_person_id_people")),
        sa.PrimaryKeyConstraint("panel_id", "round_no", "person_id", "item_version_id", name=op.f("pk_angoff_ratings")),
    )


def _create_corrections() -> None:
    op.create_table(
        "key_corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_code", sa.Text(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("version_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expected", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("expected_sha256", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column(
            "proposed_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("fk_key_corrections_ended_by_people")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_key_corrections_proposed_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_corrections")),
    )
    op.create_index(op.f("ix_key_corrections_scheme_code"), "key_corrections", ["scheme_code"], unique=False)
    op.create_table(
        "key_correction_approvals",
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["key_corrections.id"],
            name=op.f("fk_key_correction_approvals_correction_id_key_corrections"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_key_correction_approvals_person_id_people")
        ),
        sa.PrimaryKeyConstraint("correction_id", "person_id", name=op.f("pk_key_correction_approvals")),
    )
    op.create_table(
        "key_correction_effects",
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("run_no", sa.Integer(), nullable=False),
        sa.Column("score_before", sa.Integer(), nullable=False),
        sa.Column("score_after", sa.Integer(), nullable=False),
        sa.Column("recommendation_before", sa.Text(), nullable=False),
        sa.Column("recommendation_after", sa.Text(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["key_corrections.id"],
            name=op.f("fk_key_correction_effects_correction_id_key_corrections"),
        ),
        sa.PrimaryKeyConstraint("correction_id", "sitting_id", "attempt_id", name=op.f("pk_key_correction_effects")),
    )


def _print_reports() -> None:
    """A review's report is printed with a code as the papers of a sitting are."""
    op.alter_column("printed_papers", "sitting_id", nullable=True)
    op.add_column("printed_papers", sa.Column("review_id", sa.Uuid(), nullable=True))
    op.add_column("printed_papers", sa.Column("about", sa.Text(), server_default="", nullable=False))
    op.create_index(op.f("ix_printed_papers_review_id"), "printed_papers", ["review_id"], unique=False)
