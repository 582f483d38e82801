"""Panels that judge how many just-competent candidates would answer each item right (Angoff)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, SmallInteger, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


class AngoffPanelRow(Base):
    __tablename__ = "angoff_panels"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    scheme_version_id: Mapped[UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)  # round-1, feedback, round-2, closed, withdrawn
    item_version_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    results: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))  # of each closed round
    made_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[Instant] = mapped_column(server_default=NOW)
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[Instant | None]


class AngoffJudgeRow(Base):
    """One judge; `compromise`: the lowest and highest cut and failing share that they could accept (Hofstee), and Beuk's two."""

    __tablename__ = "angoff_judges"

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("angoff_panels.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    expertise: Mapped[str] = mapped_column(Text)
    compromise: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    done_rounds: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), server_default=text("'{}'"))


class AngoffRatingRow(Base):
    """Of 100 just-competent candidates, how many answer this item right. It may be changed while its round is open."""

    __tablename__ = "angoff_ratings"

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("angoff_panels.id"), primary_key=True)
    round_no: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_versions.id"), primary_key=True)
    percent: Mapped[int] = mapped_column(SmallInteger)
    rated_at: Mapped[Instant] = mapped_column(server_default=NOW)
