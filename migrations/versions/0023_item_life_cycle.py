"""The life of an item: drafts, reviews, history, exposure, pools; what was submitted is frozen.

Expand, backfill, contract: the running release must keep working while this runs. No imports from `app`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
compatible_since = "0002"  # the release before it served items to candidates from the tables; now they are in papers

VERSION_COLUMNS = (
    # What is there came from files, was in use at once and keeps statistics of its own.
    "UPDATE item_versions SET lineage_id = id, submitted_at = created_at",
    "ALTER TABLE item_versions ALTER lineage_id SET NOT NULL",
)

# From its submission on only the state of a version changes, whoever serves the request. The owner of the tables may write text
# in another seal: a new key of the bank has to reach what is frozen.
FREEZE = (
    """
    CREATE FUNCTION freeze_submitted_versions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN  -- a server of the release before names none
            NEW.lineage_id := COALESCE(NEW.lineage_id, NEW.id);
            RETURN NEW;
        END IF;
        IF (OLD.state = 'draft' AND OLD.submitted_at IS NULL) OR pg_has_role(current_user, 'sahih_owner', 'MEMBER') THEN
            RETURN NEW;
        END IF;
        IF to_jsonb(NEW) - 'state' <> to_jsonb(OLD) - 'state' OR (NEW.state = 'draft' AND NEW.submitted_at IS NULL) THEN
            RAISE EXCEPTION 'item version % was submitted and does not change', OLD.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    (
        "CREATE TRIGGER freeze_submitted BEFORE INSERT OR UPDATE ON item_versions "
        "FOR EACH ROW EXECUTE FUNCTION freeze_submitted_versions()"
    ),
    # Keys are never updated. That of a draft is forgotten and written anew, and by no other way than this.
    """
    CREATE FUNCTION forget_draft_key(version uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
        DELETE FROM item_keys k USING item_versions v
        WHERE k.item_version_id = version AND v.id = version AND v.state = 'draft' AND v.submitted_at IS NULL
    $$
    """,
    "REVOKE EXECUTE ON FUNCTION forget_draft_key FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION forget_draft_key TO sahih_app",
)

BACKFILL = (
    (
        "INSERT INTO item_moves (item_version_id, action, to_state, at) SELECT id, 'load', 'active', created_at "
        "FROM item_versions ORDER BY created_at, id"
    ),
    (
        "INSERT INTO item_moves (item_version_id, action, from_state, to_state) SELECT id, 'load', 'active', 'retired' "
        "FROM item_versions WHERE state = 'retired' ORDER BY created_at, id"
    ),
    (
        "INSERT INTO item_exposures (item_version_id, sitting_id, forms, at) "
        "SELECT version, f.sitting_id, count(*), s.created_at FROM forms f JOIN form_sets s USING (sitting_id), "
        "unnest(f.item_version_ids) AS version GROUP BY version, f.sitting_id, s.created_at"
    ),
    "INSERT INTO bank_revisions (scheme_code, revision) SELECT DISTINCT scheme_code, 1 FROM items",
)

RIGHTS = (
    "GRANT SELECT, INSERT ON item_moves, item_reviews, item_version_comments, item_exposures, active_pool_items TO sahih_app",
    "GRANT SELECT, INSERT, UPDATE ON bank_revisions, active_pools TO sahih_app",
    "REVOKE SELECT ON items, item_versions FROM sahih_exam",  # drafts lie there, too, and no candidate's page reads any
)


def upgrade() -> None:
    _extend_versions()
    _create_history()
    _create_use()
    for statement in (*VERSION_COLUMNS, *FREEZE, *BACKFILL, *RIGHTS):
        op.execute(statement)


def _extend_versions() -> None:
    op.add_column("item_versions", sa.Column("kind", sa.Text(), server_default=sa.text("'new'"), nullable=False))
    op.add_column("item_versions", sa.Column("lineage_id", sa.Uuid(), nullable=True))
    op.add_column("item_versions", sa.Column("author_id", sa.Uuid(), nullable=True))
    op.add_column("item_versions", sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_item_versions_lineage_id_item_versions"), "item_versions", "item_versions", ["lineage_id"], ["id"]
    )
    op.create_foreign_key(op.f("fk_item_versions_author_id_people"), "item_versions", "people", ["author_id"], ["id"])
    op.create_index(op.f("ix_item_versions_lineage_id"), "item_versions", ["lineage_id"])
    op.create_index(
        "uq_item_versions_active",
        "item_versions",
        ["item_id"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )


def _create_history() -> None:
    op.create_table(
        "item_reviews",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        *_of_version("item_reviews"),
        *_person("item_reviews"),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.Column("card", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        _now("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_reviews")),
    )
    op.create_table(
        "item_moves",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        *_of_version("item_moves"),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        *_person("item_moves", nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("review_id", sa.BigInteger(), nullable=True),
        _now("at"),
        sa.ForeignKeyConstraint(["review_id"], ["item_reviews.id"], name=op.f("fk_item_moves_review_id_item_reviews")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_moves")),
    )
    op.create_table(
        "item_version_comments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        *_of_version("item_version_comments"),
        *_person("item_version_comments"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _now("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_version_comments")),
    )
    for table in ("item_moves", "item_reviews", "item_version_comments"):
        op.create_index(op.f(f"ix_{table}_item_version_id"), table, ["item_version_id"])


def _create_use() -> None:
    op.create_table(
        "item_exposures",
        *_of_version("item_exposures"),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        _now("at"),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_item_exposures_sitting_id_sittings")),
        sa.PrimaryKeyConstraint("item_version_id", "sitting_id", name=op.f("pk_item_exposures")),
    )
    op.create_table(
        "bank_revisions",
        sa.Column("scheme_code", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scheme_code", name=op.f("pk_bank_revisions")),
    )
    op.create_table(
        "active_pools",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_code", sa.Text(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *_person("active_pools", "made_by"),
        _now("made_at"),
        *_person("active_pools", "activated_by", nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_active_pools")),
    )
    op.create_index(op.f("ix_active_pools_scheme_code"), "active_pools", ["scheme_code"])
    op.create_table(
        "active_pool_items",
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        *_of_version("active_pool_items"),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["active_pools.id"], name=op.f("fk_active_pool_items_pool_id_active_pools")
        ),
        sa.PrimaryKeyConstraint("pool_id", "item_version_id", name=op.f("pk_active_pool_items")),
    )


def _of_version(table: str) -> tuple[sa.Column[object], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(
        ["item_version_id"], ["item_versions.id"], name=op.f(f"fk_{table}_item_version_id_item_versions")
    )
    return sa.Column("item_version_id", sa.Uuid(), nullable=False), key


def _person(
    table: str, column: str = "person_id", *, nullable: bool = False
) -> tuple[sa.Column[object], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_{table}_{column}_people"))
    return sa.Column(column, sa.Uuid(), nullable=nullable), key


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False)
