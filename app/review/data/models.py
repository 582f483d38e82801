"""What a review was computed from and what came out, both sealed since they hold keys; and the groups that candidates agreed to."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


class ReviewSnapshotRow(Base):
    """The data of a review, frozen; append-only. The same bytes give the same figures, years later."""

    __tablename__ = "review_snapshots"

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Instant] = mapped_column(server_default=NOW)


class ReviewPartRow(Base):
    """One part of what was computed from a snapshot by a method: "exam", "items", "item:<lineage>", …; append-only."""

    __tablename__ = "review_parts"

    id: Mapped[str] = mapped_column(Text, primary_key=True)  # "<sha256 of snapshot, method and program>/<part>"
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Instant] = mapped_column(server_default=NOW)


class CandidateGroupRow(Base):
    """What a candidate said of themselves and agreed to be counted by, for fairness alone. Withdrawn: the row is deleted, and who
    withdrew is remembered."""

    __tablename__ = "candidate_groups"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    attribute: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    consented_at: Mapped[Instant]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[Instant] = mapped_column(server_default=NOW)


class GroupWithdrawalRow(Base):
    """Who no longer agrees to be counted by any group: a consent of that day or before it is worth nothing, in whatever file."""

    __tablename__ = "group_withdrawals"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    withdrawn_at: Mapped[Instant] = mapped_column(server_default=NOW)
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
