"""What candidates wrote about an item during their exams, over all sittings; who wrote it does not matter here."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, itembank
from app.core.access import Actor
from app.core.clock import rfc3339


async def list_remarks(session: AsyncSession, code: str, actor: Actor) -> list[dict[str, Any]]:
    """The newest first, with the version that was shown. Raises NotFound for an item that this person may not see."""
    numbers = {
        version.version_id: version.version_no
        for version in await itembank.lifecycle.list_visible(session, code, actor)
    }
    found = []
    for sitting_id in await itembank.list_sittings_with(session, numbers):
        remarks = await delivery.list_comments(session, sitting_id)
        if not remarks:
            continue
        form_of = {attempt.id: attempt.form_id for attempt in await delivery.list_attempts(session, sitting_id)}
        shown = {form.id: form.version_ids for form in await assembly.list_forms(session, sitting_id)}
        for remark in remarks:
            version_id = shown[form_of[remark.attempt_id]][remark.position - 1]
            if version_id in numbers:
                found.append((remark.written_at, numbers[version_id], remark.text))
    return [{"version_no": number, "text": text, "at": rfc3339(at)} for at, number, text in sorted(found, reverse=True)]
