"""What must always hold of the stored data, as queries that find what does not. Safe to run on a live database or on a copy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.seals import STORED, UNSEALED_ROWS, statement

MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Invariant:
    """`violations` is a query of one text column, a row for each thing that is wrong, naming it; or finds the same itself.

    `remarks` finds what could not be looked at, and why: nothing is wrong with it, as far as anybody knows.
    """

    id: str
    says_id: str
    says_en: str
    violations: str | Callable[[AsyncSession], Awaitable[list[str]]]
    remarks: Callable[[AsyncSession], Awaitable[list[str]]] | None = None


async def find_violations(session: AsyncSession, invariant: Invariant) -> list[str]:
    """The first violations, or none."""
    if callable(invariant.violations):
        return (await invariant.violations(session))[:MOST_SHOWN]
    rows = await session.execute(text(invariant.violations))
    return [str(row[0]) for row in rows.fetchmany(MOST_SHOWN)]


# Rights are data too: a grant by hand would undo what the migrations promise.
APPEND_ONLY: Final = Invariant(
    "I-24",
    "Tabel tambah-saja tidak dapat diubah oleh log-in server.",
    "No log-in of the server may change an append-only table.",
    """
    SELECT role || ' may ' || change || ' ' || name
    FROM unnest(ARRAY['sahih_app', 'sahih_exam']) AS role, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS change,
         unnest(ARRAY['active_pool_items', 'answer_events', 'attempt_devices', 'bank_export_files', 'finding_verifications',
                      'form_sets', 'forms', 'item_decisions', 'item_exposures', 'item_keys', 'item_moves', 'item_reviews',
                      'item_statistics', 'item_version_comments', 'journal', 'key_check_looks', 'key_checks',
                      'key_correction_approvals', 'key_correction_effects', 'planned_forms', 'printed_papers',
                      'rescue_decisions', 'rescue_notes', 'rescues', 'review_parts', 'review_snapshots', 'scheme_versions',
                      'scores', 'time_grants']) AS name
    WHERE has_table_privilege(role, name, change)
    """,
)
DURABLE: Final = Invariant(
    "I-45",
    "Basis data menyimpan ke cakram sebelum menjawab.",
    "The database is on the disk before it answers.",
    """
    SELECT name || '=' || setting FROM pg_settings
    WHERE (name IN ('fsync', 'full_page_writes') AND setting <> 'on')
       OR (name = 'synchronous_commit' AND setting NOT IN ('on', 'remote_apply'))
    """,
)
AT_REST: Final = Invariant(
    "I-39",
    "Teks, gambar dan kunci soal tersimpan tersegel; yang belum: `sahih bank rotate-key`.",
    "Texts, pictures and keys of items are sealed where they lie; what is not: `sahih bank rotate-key`.",
    " UNION ALL ".join(statement(UNSEALED_ROWS, stored) for stored in STORED),
)
INVARIANTS: Final = (APPEND_ONLY, DURABLE, AT_REST)
