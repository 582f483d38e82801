"""Tables of people, their log-ins and their sessions. Private to the domain."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


class Person(Base):
    __tablename__ = "people"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Instant] = mapped_column(server_default=NOW)


class StaffAccount(Base):
    __tablename__ = "staff_accounts"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    username: Mapped[str] = mapped_column(Text, unique=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Instant] = mapped_column(server_default=NOW)


class RoleGrant(Base):
    """Roles are granted and revoked, never edited: who held which role when stays known."""

    __tablename__ = "role_grants"
    __table_args__ = (
        Index("uq_role_grants_current", "person_id", "role", unique=True, postgresql_where=text("revoked_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(Text)
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    granted_at: Mapped[Instant] = mapped_column(server_default=NOW)
    revoked_at: Mapped[Instant | None]


class CandidateCard(Base):
    """A participant's card: the number they log in with, and the keyed hash of their PIN."""

    __tablename__ = "candidate_cards"

    number: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    pin_hmac: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[Instant] = mapped_column(server_default=NOW)


class SessionRow(Base):
    """The session in the database rules; the cookie only names it."""

    __tablename__ = "sessions"
    # Every server process asks for the newest of them each second.
    __table_args__ = (Index("ix_sessions_revoked", "revoked_at", postgresql_where=text("revoked_at IS NOT NULL")),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    realm: Mapped[str] = mapped_column(Text)
    candidate_number: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)  # of staff only: where they usually sit
    created_at: Mapped[Instant] = mapped_column(server_default=NOW)
    expires_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]


class LoginFailure(Base):
    __tablename__ = "login_failures"
    __table_args__ = (
        Index("ix_login_failures_account_at", "account", "at"),
        Index("ix_login_failures_address_at", "address", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    at: Mapped[Instant] = mapped_column(server_default=NOW)


class LogInOpening(Base):
    """Append-only. Until then a proctor lets this participant number try, however often it failed."""

    __tablename__ = "log_in_openings"
    __table_args__ = (Index("ix_log_in_openings_number_until", "number", "until"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[Instant] = mapped_column(server_default=NOW)
    until: Mapped[Instant]


class OneTimeLink(Base):
    """A link with which a person sets their own password; only its hash is stored."""

    __tablename__ = "one_time_links"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]


class UndertakingText(Base):
    """Append-only. What people sign, by language; the newest version that is valid by now counts."""

    __tablename__ = "undertaking_texts"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    texts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    life_days: Mapped[int] = mapped_column(server_default="365")
    valid_from: Mapped[Instant] = mapped_column(server_default=NOW)


class UndertakingRow(Base):
    """Append-only: signed, or withdrawn. A person's newest row of a kind counts."""

    __tablename__ = "undertakings"
    __table_args__ = (
        ForeignKeyConstraint(["kind", "version"], ["undertaking_texts.kind", "undertaking_texts.version"]),
        Index("ix_undertakings_person_id_kind", "person_id", "kind", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(SmallInteger)
    act: Mapped[str] = mapped_column(Text)
    at: Mapped[Instant] = mapped_column(server_default=NOW)
    expires_at: Mapped[Instant | None]
    reason: Mapped[str | None] = mapped_column(Text)
