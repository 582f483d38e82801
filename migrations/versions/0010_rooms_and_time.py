"""Rooms and who proctors them; pauses, freezes of a room, and grants of time that wait for a second person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
compatible_since = "0001"  # it only adds; the release before pauses nobody

NOW = sa.text("clock_timestamp()")
RIGHTS = (
    "GRANT SELECT, INSERT, UPDATE ON rooms TO sahih_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON room_staff TO sahih_app",
    "GRANT SELECT, INSERT, UPDATE ON freezes TO sahih_app",
    "GRANT SELECT, INSERT ON time_requests, time_decisions TO sahih_app",
    # The statements of candidates judge by them: no start in a frozen room, no closing while a grant waits.
    "GRANT SELECT ON freezes, time_requests, time_decisions TO sahih_exam",
)


def upgrade() -> None:
    _create_rooms()
    op.add_column("sitting_staff", sa.Column("head", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("attempts", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attempts", sa.Column("paused_for", sa.Text(), nullable=True))
    op.add_column("attempts", sa.Column("freeze_id", sa.Uuid(), nullable=True))
    op.add_column("attempts", sa.Column("resumes_at", sa.DateTime(timezone=True), nullable=True))
    _create_freezes()
    _create_requests()
    for statement in RIGHTS:
        op.execute(statement)


def _create_rooms() -> None:
    op.create_table(
        "rooms",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_rooms_sitting_id_sittings")),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("sitting_id", "name", name=op.f("uq_rooms_sitting_id_name")),
    )
    op.create_table(
        "room_staff",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id", "room_id"],
            ["rooms.sitting_id", "rooms.id"],
            name=op.f("fk_room_staff_sitting_id_room_id_rooms"),
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id", "person_id"],
            ["sitting_staff.sitting_id", "sitting_staff.person_id"],
            name=op.f("fk_room_staff_sitting_id_person_id_sitting_staff"),
        ),
        sa.PrimaryKeyConstraint("sitting_id", "room_id", "person_id", name=op.f("pk_room_staff")),
    )
    op.add_column("roster", sa.Column("room_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_roster_sitting_id_room_id_rooms"), "roster", "rooms", ["sitting_id", "room_id"], ["sitting_id", "id"]
    )


def _create_freezes() -> None:
    op.create_table(
        "freezes",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("frozen_by", sa.Uuid(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("thawed_by", sa.Uuid(), nullable=True),
        sa.Column("thawed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumes_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["sitting_id", "room_id"],
            ["rooms.sitting_id", "rooms.id"],
            name=op.f("fk_freezes_sitting_id_room_id_rooms"),
        ),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_freezes_sitting_id_sittings")),
        sa.ForeignKeyConstraint(["frozen_by"], ["people.id"], name=op.f("fk_freezes_frozen_by_people")),
        sa.ForeignKeyConstraint(["thawed_by"], ["people.id"], name=op.f("fk_freezes_thawed_by_people")),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_freezes")),
    )
    # One freeze of a room at a time; NULL is the whole sitting.
    op.create_index(
        "uq_freezes_current",
        "freezes",
        ["sitting_id", sa.text("coalesce(room_id, sitting_id)")],
        unique=True,
        postgresql_where=sa.text("thawed_at IS NULL"),
    )


def _create_requests() -> None:
    op.create_table(
        "time_requests",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id", "attempt_id"],
            ["attempts.sitting_id", "attempts.id"],
            name=op.f("fk_time_requests_sitting_id_attempt_id_attempts"),
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["people.id"], name=op.f("fk_time_requests_requested_by_people")),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_time_requests")),
    )
    op.create_index("ix_time_requests_attempt", "time_requests", ["sitting_id", "attempt_id"], unique=False)
    op.create_table(
        "time_decisions",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id", "request_id"],
            ["time_requests.sitting_id", "time_requests.id"],
            name=op.f("fk_time_decisions_sitting_id_request_id_time_requests"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_time_decisions_decided_by_people")),
        sa.PrimaryKeyConstraint("sitting_id", "request_id", name=op.f("pk_time_decisions")),
    )
