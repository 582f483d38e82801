"""Scores (append-only) and the release of a sitting's results."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant


class ScoreRow(Base):
    """One row per attempt and scoring run: score = f(answers, key version, rule version). Never updated."""

    __tablename__ = "scores"
    __table_args__ = (ForeignKeyConstraint(["sitting_id", "attempt_id"], ["attempts.sitting_id", "attempts.id"]),)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_no: Mapped[int] = mapped_column(primary_key=True)
    score: Mapped[int]
    max_score: Mapped[int]
    pass_mark: Mapped[int]
    recommendation: Mapped[str] = mapped_column(Text)
    units: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    key_sha256: Mapped[str] = mapped_column(Text)
    answers_sha256: Mapped[str] = mapped_column(Text)
    rule_version: Mapped[str] = mapped_column(Text)
    scored_at: Mapped[Instant] = mapped_column(server_default=text("clock_timestamp()"))
    # The corrections of keys that this run went by, beside the keys themselves.
    corrections: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))


class ReleaseRow(Base):
    """Results of a sitting: withheld until a committee member releases them after the key check."""

    __tablename__ = "releases"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    released_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    released_at: Mapped[Instant | None]
