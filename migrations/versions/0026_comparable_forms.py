"""Blueprints, reference standards and plans of forms; an item may keep the order of its options."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
compatible_since = "0025"  # it only adds

RIGHTS = (
    "GRANT SELECT, INSERT ON blueprints, reference_standards, form_plans, planned_forms TO sahih_app",
    "GRANT UPDATE (state, approved_by, approved_at) ON blueprints, reference_standards TO sahih_app",
    """
    GRANT UPDATE (state, pool, earlier, bank_hash, algorithm, solver, certificate, certificate_sha256, faults, done, total,
                  decided_by, decided_at, decision_reason) ON form_plans TO sahih_app
    """,
)
# Whoever may change its state may still not change what was approved or certified.
FROZEN = """
    CREATE FUNCTION keep_certified_plan() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.certificate IS NOT NULL AND (NEW.certificate, NEW.certificate_sha256, NEW.pool, NEW.earlier, NEW.bank_hash,
            NEW.algorithm, NEW.solver) IS DISTINCT FROM (OLD.certificate, OLD.certificate_sha256, OLD.pool, OLD.earlier,
            OLD.bank_hash, OLD.algorithm, OLD.solver)
        THEN RAISE EXCEPTION 'a certified plan of forms does not change'; END IF;
        IF OLD.state IN ('failed', 'withdrawn') AND NEW.state <> OLD.state
        THEN RAISE EXCEPTION 'a plan of forms that came to nothing stays so'; END IF;
        RETURN NEW;
    END $$
"""
TRIGGER = """
    CREATE TRIGGER keep_certified_plan BEFORE UPDATE ON form_plans FOR EACH ROW EXECUTE FUNCTION keep_certified_plan()
"""

# Nobody adds a form to a plan behind its certificate.
COMPLETE = """
    CREATE FUNCTION keep_planned_forms() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM form_plans WHERE id = NEW.plan_id AND certificate IS NOT NULL)
        THEN RAISE EXCEPTION 'a certified plan of forms does not change'; END IF;
        RETURN NEW;
    END $$
"""
COMPLETE_TRIGGER = """
    CREATE TRIGGER keep_planned_forms BEFORE INSERT ON planned_forms FOR EACH ROW EXECUTE FUNCTION keep_planned_forms()
"""


def upgrade() -> None:
    _create_decided("blueprints", sa.Column("version_no", sa.Integer(), nullable=False))
    op.create_unique_constraint(
        op.f("uq_blueprints_scheme_version_id_version_no"), "blueprints", ["scheme_version_id", "version_no"]
    )
    _create_decided("reference_standards", *_refers("reference_standards", "blueprint_id", "blueprints"))
    _create_plans()
    op.create_table(
        "planned_forms",
        *_refers("planned_forms", "plan_id", "form_plans"),
        sa.Column("form_no", sa.Integer(), nullable=False),
        sa.Column("item_version_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("reserved_for", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "form_no", name=op.f("pk_planned_forms")),
    )
    op.add_column("form_sets", sa.Column("plan_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_form_sets_plan_id_form_plans"), "form_sets", "form_plans", ["plan_id"], ["id"])
    op.add_column("forms", sa.Column("plan_form_no", sa.Integer(), nullable=True))
    op.add_column(
        "item_versions", sa.Column("fixed_order", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    for statement in (*RIGHTS, FROZEN, TRIGGER, COMPLETE, COMPLETE_TRIGGER):
        op.execute(statement)


def _create_decided(table: str, *more: sa.schema.SchemaItem) -> None:
    """What one person writes and another approves, one at a time for a scheme version."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        *_refers(table, "scheme_version_id", "scheme_versions"),
        *more,
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *_refers(table, "made_by", "people", nullable=True),
        _now("made_at"),
        *_refers(table, "approved_by", "people", nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(
        f"uq_{table}_approved",
        table,
        ["scheme_version_id"],
        unique=True,
        postgresql_where=sa.text("state = 'approved'"),
    )


def _create_plans() -> None:
    op.create_table(
        "form_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_refers("form_plans", "sitting_id", "sittings"),
        sa.Column("state", sa.Text(), nullable=False),
        *_refers("form_plans", "blueprint_id", "blueprints"),
        *_refers("form_plans", "standard_id", "reference_standards"),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("seed_sha256", sa.Text(), nullable=False),
        sa.Column("pool", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("earlier", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("bank_hash", sa.Text(), nullable=True),
        sa.Column("algorithm", sa.Text(), nullable=True),
        sa.Column("solver", sa.Text(), nullable=True),
        sa.Column("certificate", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("certificate_sha256", sa.Text(), nullable=True),
        sa.Column(
            "faults", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        *_refers("form_plans", "asked_by", "people", nullable=True),
        _now("asked_at"),
        *_refers("form_plans", "decided_by", "people", nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_plans")),
    )
    op.create_index(op.f("ix_form_plans_sitting_id"), "form_plans", ["sitting_id"])
    op.create_index(
        "uq_form_plans_live",
        "form_plans",
        ["sitting_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'proposed', 'accepted')"),
    )


def _refers(
    table: str, column: str, other: str, *, nullable: bool = False
) -> tuple[sa.Column[object], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
    return sa.Column(column, sa.Uuid(), nullable=nullable), key


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False)
