"""What the server itself can see of an action that is verified at once: the correction is applied, the item is out of use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app import itembank
from app.core.access import Actor
from app.core.errors import NotFound
from app.grading import CorrectionKind, corrections
from app.grading.corrections import CorrectionState
from app.review.findings.types import ActionKind, Finding
from app.review.shown import SubjectKind

CORRECTED: Final[Mapping[ActionKind, frozenset[CorrectionKind]]] = {
    ActionKind.REKEYED: frozenset({CorrectionKind.REKEY, CorrectionKind.DOUBLE}),
    ActionKind.VOIDED: frozenset({CorrectionKind.VOID}),
}


async def are_facts(session: AsyncSession, finding: Finding, *, actor: Actor) -> bool:
    """Whether every action of a finding, of a kind that is a fact once it is done, is one."""
    code = finding.subject.label if finding.subject.kind is SubjectKind.ITEM else None
    applied = {
        one.kind
        for one in await corrections.list_corrections(session)
        if one.state is CorrectionState.APPLIED
        and one.scheme_code == finding.mark.scheme_code
        and code in (None, one.item_code)
    }
    retired = code is not None and await _is_retired(session, code, actor)
    return all(bool(CORRECTED[one.kind] & applied) if one.kind in CORRECTED else retired for one in finding.actions)


async def _is_retired(session: AsyncSession, code: str, actor: Actor) -> bool:
    try:
        versions = await itembank.lifecycle.list_visible(session, code, actor)
    except NotFound:
        return False
    return itembank.lifecycle.in_use(versions).state is itembank.State.RETIRED
