"""What a scheme needs before forms can be planned, from what it proposes itself: for the demo and for tests."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.assembly.foundations.blueprint_rows import approve_blueprint, find_blueprint, write_blueprint
from app.assembly.foundations.blueprints import default_blueprint
from app.assembly.foundations.standard_rows import approve_standard, find_standard, write_standard
from app.core.access import Actor
from app.core.words import both
from app.schemes import SchemeVersion

BASIS: Final = both("contoh: usulan awal skema, belum ditelaah", "sample: what the scheme proposes, not reviewed")


async def approve_defaults(
    session: AsyncSession,
    scheme: SchemeVersion,
    *,
    writer: Actor | None = None,
    approver: Actor | None = None,
    basis: str = BASIS,
) -> None:
    """The scheme's own blueprint, and the standard of the items that are active now; what is approved already stays.

    `None` is whoever runs the server. Raises what `write_blueprint` and `write_standard` raise.
    """
    if await find_blueprint(session, scheme) is None:
        blueprint_id = await write_blueprint(session, scheme, default_blueprint(scheme), basis, actor=writer)
        await approve_blueprint(session, blueprint_id, actor=approver)
    if await find_standard(session, scheme) is None:
        standard_id = await write_standard(session, scheme, basis, actor=writer)
        await approve_standard(session, standard_id, actor=approver)
