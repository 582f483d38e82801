"""Prints: append-only."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant


class PrintedPaper(Base):
    """Each print of a paper: the code on it, and the SHA-256 of what it says (PINs left out). Of a sitting, or of a review."""

    __tablename__ = "printed_papers"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    sitting_id: Mapped[UUID | None] = mapped_column(ForeignKey("sittings.id"), index=True)
    review_id: Mapped[UUID | None] = mapped_column(index=True)  # a layer above: no foreign key from here
    about: Mapped[str] = mapped_column(Text, server_default="")  # what a review's paper is about, in words
    kind: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    printed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    printed_at: Mapped[Instant] = mapped_column(server_default=text("clock_timestamp()"))
