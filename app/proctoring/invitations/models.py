"""The template of invitations, by version."""

from __future__ import annotations

from sqlalchemy import SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant


class InvitationTemplate(Base):
    """Append-only. The newest version that is valid by now counts; `texts` by language."""

    __tablename__ = "invitation_templates"

    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    texts: Mapped[dict[str, str]] = mapped_column(JSONB)
    valid_from: Mapped[Instant] = mapped_column(server_default=text("clock_timestamp()"))
