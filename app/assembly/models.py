"""Blueprints, reference standards, plans of forms, and the forms themselves: ids, permutations and hashes, never text or keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


class BlueprintRow(Base):
    """Written by one member of the committee, approved by another; the newest approved one of a scheme version holds."""

    __tablename__ = "blueprints"
    __table_args__ = (
        UniqueConstraint("scheme_version_id", "version_no"),
        Index("uq_blueprints_approved", "scheme_version_id", unique=True, postgresql_where=text("state = 'approved'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    scheme_version_id: Mapped[UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    version_no: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sha256: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)  # draft, approved, replaced
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[Instant] = mapped_column(server_default=NOW)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[Instant | None]


class ReferenceStandardRow(Base):
    """What 68 means: an item set with its parameters and the ability at the cut, frozen once it is approved."""

    __tablename__ = "reference_standards"
    __table_args__ = (
        Index(
            "uq_reference_standards_approved",
            "scheme_version_id",
            unique=True,
            postgresql_where=text("state = 'approved'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    scheme_version_id: Mapped[UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    blueprint_id: Mapped[UUID] = mapped_column(ForeignKey("blueprints.id"))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sha256: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)  # draft, approved, withdrawn
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[Instant] = mapped_column(server_default=NOW)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[Instant | None]


class FormPlanRow(Base):
    """Forms proposed for a sitting, with their certificate. Beside the seed it holds all that the plan depends on."""

    __tablename__ = "form_plans"
    __table_args__ = (
        Index(
            "uq_form_plans_live",
            "sitting_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'proposed', 'accepted')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    state: Mapped[str] = mapped_column(Text)  # asked, proposed, failed, accepted, withdrawn
    blueprint_id: Mapped[UUID] = mapped_column(ForeignKey("blueprints.id"))
    standard_id: Mapped[UUID] = mapped_column(ForeignKey("reference_standards.id"))
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    seed_sha256: Mapped[str] = mapped_column(Text)
    pool: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    # Who saw which items before: {person id: [item codes]}.
    earlier: Mapped[dict[str, list[str]] | None] = mapped_column(JSONB)
    bank_hash: Mapped[str | None] = mapped_column(Text)
    algorithm: Mapped[str | None] = mapped_column(Text)
    solver: Mapped[str | None] = mapped_column(Text)
    certificate: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    certificate_sha256: Mapped[str | None] = mapped_column(Text)
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))  # none: whoever runs the server
    asked_at: Mapped[Instant] = mapped_column(server_default=NOW)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[Instant | None]
    decision_reason: Mapped[str | None] = mapped_column(Text)


class PlannedFormRow(Base):
    """One form of a plan, append-only."""

    __tablename__ = "planned_forms"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("form_plans.id"), primary_key=True)
    form_no: Mapped[int] = mapped_column(primary_key=True)
    item_version_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    reserved_for: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))


class FormSetRow(Base):
    """One per sitting. The seed stays in this table, which the candidates' log-in cannot read, until the release."""

    __tablename__ = "form_sets"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("form_plans.id"))  # none: drawn before there were plans
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    seed_sha256: Mapped[str] = mapped_column(Text)
    algorithm: Mapped[str] = mapped_column(Text)
    bank_hash: Mapped[str] = mapped_column(Text)
    n_forms: Mapped[int]
    created_at: Mapped[Instant] = mapped_column(server_default=NOW)


class FormRow(Base):
    """What one candidate is shown."""

    __tablename__ = "forms"
    __table_args__ = (UniqueConstraint("sitting_id", "form_no"),)

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    form_no: Mapped[int]
    plan_form_no: Mapped[int | None]
    item_version_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    # One permutation per position: option_orders[i][j] is the stored option shown in place j.
    option_orders: Mapped[list[list[int]]] = mapped_column(ARRAY(Integer, dimensions=2))
    renderer_version: Mapped[str] = mapped_column(Text)
    shown_sha256: Mapped[str] = mapped_column(Text)
