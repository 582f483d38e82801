"""The board: who watches, from when on it asks for attention, and what belongs to an incident."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
compatible_since = "0001"  # it only adds

NOW = sa.text("clock_timestamp()")
RIGHTS = (
    "GRANT SELECT, INSERT, UPDATE ON watchers, board_thresholds TO sahih_app",
    "GRANT SELECT, INSERT ON incident_candidates, incident_grants, incident_photos TO sahih_app",
)


def upgrade() -> None:
    op.add_column("attempt_devices", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("attempt_devices", sa.Column("agent", sa.Text(), nullable=True))
    _create_watchers()
    _create_thresholds()
    _extend_incidents()
    for statement in RIGHTS:
        op.execute(statement)


def _create_watchers() -> None:
    op.create_table(
        "watchers",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_watchers_sitting_id_sittings")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_watchers_person_id_people")),
        sa.PrimaryKeyConstraint("sitting_id", "person_id", name=op.f("pk_watchers")),
    )


def _create_thresholds() -> None:
    op.create_table(
        "board_thresholds",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("silent_seconds", sa.Integer(), nullable=False),
        sa.Column("unsaved_minutes", sa.Integer(), nullable=False),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("low_percent", sa.Integer(), nullable=False),
        sa.Column("low_minutes", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_board_thresholds_sitting_id_sittings")),
        sa.ForeignKeyConstraint(["changed_by"], ["people.id"], name=op.f("fk_board_thresholds_changed_by_people")),
        sa.PrimaryKeyConstraint("sitting_id", name=op.f("pk_board_thresholds")),
    )


def _extend_incidents() -> None:
    op.add_column("incidents", sa.Column("room_id", sa.Uuid(), nullable=True))
    op.add_column("incidents", sa.Column("code", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_incidents_sitting_id_room_id_rooms"),
        "incidents",
        "rooms",
        ["sitting_id", "room_id"],
        ["sitting_id", "id"],
    )
    incident = (["incident_id"], ["incidents.id"])
    op.create_table(
        "incident_candidates",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(*incident, name=op.f("fk_incident_candidates_incident_id_incidents")),
        sa.ForeignKeyConstraint(
            ["sitting_id", "attempt_id"],
            ["attempts.sitting_id", "attempts.id"],
            name=op.f("fk_incident_candidates_sitting_id_attempt_id_attempts"),
        ),
        sa.PrimaryKeyConstraint("incident_id", "attempt_id", name=op.f("pk_incident_candidates")),
    )
    op.create_table(
        "incident_grants",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(*incident, name=op.f("fk_incident_grants_incident_id_incidents")),
        sa.ForeignKeyConstraint(["grant_id"], ["time_grants.id"], name=op.f("fk_incident_grants_grant_id_time_grants")),
        sa.PrimaryKeyConstraint("incident_id", "grant_id", name=op.f("pk_incident_grants")),
    )
    op.create_table(
        "incident_photos",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(*incident, name=op.f("fk_incident_photos_incident_id_incidents")),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("fk_incident_photos_added_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_photos")),
    )
    op.create_index(op.f("ix_incident_photos_incident_id"), "incident_photos", ["incident_id"], unique=False)
