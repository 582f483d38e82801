"""What passes between candidates and proctors during an exam: messages, calls for help, signals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
compatible_since = "0001"  # it only adds tables

NOW = sa.text("clock_timestamp()")
INSTANT = sa.DateTime(timezone=True)
RIGHTS = (
    "GRANT SELECT, INSERT ON messages TO sahih_app",
    "GRANT SELECT ON messages TO sahih_exam",
    "GRANT SELECT, INSERT ON message_copies TO sahih_app",
    # A candidate's page says when it showed a message and when it was read.
    "GRANT SELECT, UPDATE (shown_at, acknowledged_at) ON message_copies TO sahih_exam",
    "GRANT SELECT, UPDATE (answered_by, answered_at, ended_by, ended_at) ON help_calls TO sahih_app",
    "GRANT SELECT, INSERT (sitting_id, id, attempt_id, need), UPDATE (ended_at) ON help_calls TO sahih_exam",
    "GRANT SELECT, INSERT ON signals TO sahih_app, sahih_exam",
    "GRANT SELECT, INSERT, UPDATE ON signal_counts TO sahih_app, sahih_exam",
)


def upgrade() -> None:
    _create_messages()
    _create_help()
    _create_signals()
    for statement in RIGHTS:
        op.execute(statement)


def _of_attempt(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["sitting_id", "attempt_id"],
        ["attempts.sitting_id", "attempts.id"],
        name=op.f(f"fk_{table}_sitting_id_attempt_id_attempts"),
    )


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("sent_at", INSTANT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"], name=op.f("fk_messages_sitting_id_sittings")),
        sa.ForeignKeyConstraint(["sent_by"], ["people.id"], name=op.f("fk_messages_sent_by_people")),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_messages")),
    )
    op.create_table(
        "message_copies",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("shown_at", INSTANT, nullable=True),
        sa.Column("acknowledged_at", INSTANT, nullable=True),
        _of_attempt("message_copies"),
        sa.ForeignKeyConstraint(
            ["sitting_id", "message_id"],
            ["messages.sitting_id", "messages.id"],
            name=op.f("fk_message_copies_sitting_id_message_id_messages"),
        ),
        sa.PrimaryKeyConstraint("sitting_id", "message_id", "attempt_id", name=op.f("pk_message_copies")),
    )
    op.create_index(
        "ix_message_copies_unread",
        "message_copies",
        ["sitting_id", "attempt_id"],
        unique=False,
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )


def _create_help() -> None:
    op.create_table(
        "help_calls",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("called_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        _of_attempt("help_calls"),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_help_calls_answered_by_people")),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("fk_help_calls_ended_by_people")),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_help_calls")),
    )
    # One open call per candidate.
    op.create_index(
        "uq_help_calls_open",
        "help_calls",
        ["sitting_id", "attempt_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _create_signals() -> None:
    op.create_table(
        "signals",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("client_at", INSTANT, nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        _of_attempt("signals"),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_signals")),
        sa.UniqueConstraint(
            "sitting_id", "attempt_id", "source", "seq", name=op.f("uq_signals_sitting_id_attempt_id_source_seq")
        ),
    )
    op.create_table(
        "signal_counts",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        _of_attempt("signal_counts"),
        sa.PrimaryKeyConstraint("sitting_id", "attempt_id", "kind", name=op.f("pk_signal_counts")),
        postgresql_with={"fillfactor": "70"},
    )
