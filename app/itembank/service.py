"""Load bank files: unchanged items stay, changed ones get a new version, missing ones retire. What people wrote or decided stays."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.core.clock import read_clock
from app.core.datafile import DataFileError, Fault
from app.itembank.images import store_images
from app.itembank.keys import read_answers, write_answers
from app.itembank.lifecycle.moves import note, said
from app.itembank.lifecycle.rules import LIVE, OPEN
from app.itembank.lifecycle.types import FOUND_WRONG, Action
from app.itembank.models import Item, ItemExposure, ItemMove, ItemReview, ItemVersion
from app.itembank.revisions import touch
from app.itembank.richtext import Image
from app.itembank.sealing import content_hash, seal
from app.itembank.types import DraftItem, Kind, LoadReport, State


@dataclass(frozen=True, slots=True)
class _Known:
    """An item, and the version that files are compared with: one in use or, if there is none, the newest that ever was.

    `theirs`: people wrote or retired it here, so files do not overwrite it. `wrong`: a correction found a key of the item wrong, so
    files bring nothing of it into use.
    """

    item: Item
    newest_no: int
    live: tuple[ItemVersion, ...]
    version: ItemVersion | None
    fingerprint: str | None
    theirs: bool
    wrong: bool


@dataclass(slots=True)
class _Loading:
    """What a load does, as it goes on."""

    moves: list[tuple[UUID, State | None, State]] = field(default_factory=list)
    outcomes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def move(self, version: ItemVersion, state: State) -> None:
        self.moves.append((version.id, State(version.state), state))
        version.state = state

    def report(self) -> LoadReport:
        named = {name: tuple(codes) for name, codes in self.outcomes.items()}
        added, changed, unchanged = (len(named.get(name, ())) for name in ("added", "changed", "unchanged"))
        return LoadReport(added, changed, unchanged, named.get("retired", ()), named.get("left", ()))


async def load_items(
    session: AsyncSession,
    scheme_code: str,
    drafts: Sequence[DraftItem],
    images: Mapping[str, Image] | None = None,
    *,
    actor: Actor | None = None,
) -> LoadReport:
    """Make the active bank of a scheme what the files say.

    What is shown or scored differently is a new version; other enemies are not. An item that the files no longer hold is
    retired: no new form gets it, while forms that were drawn keep their version. It comes back with the file. Left alone are
    drafts, what is in review, items that people wrote here or retired, a rest or suspension that the committee decided, and items
    whose key a correction found wrong: people say whether those are mended.
    """
    await touch(session, scheme_code)
    await _refuse_codes_of_others(session, scheme_code, drafts)
    await store_images(session, (images or {}).values())
    known = await _read_known(session, scheme_code)
    loading = _Loading()
    for draft in drafts:
        if draft.code in known:
            loading.outcomes[await _put(session, draft, known[draft.code], loading)].append(draft.code)
    await _add(session, scheme_code, [draft for draft in drafts if draft.code not in known], loading)
    await _retire_missing(session, known, {draft.code for draft in drafts}, loading)
    await note(session, loading.moves, Action.LOAD, said(Action.LOAD, None), actor)
    report = loading.report()
    if report.added or report.changed or report.retired:
        facts = {
            "added": report.added,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "retired": list(report.retired),
            "left": list(report.left),
        }
        await journal.record(session, "bank.loaded", "scheme", scheme_code, actor=actor, facts=facts)
    return report


async def _refuse_codes_of_others(session: AsyncSession, scheme_code: str, drafts: Sequence[DraftItem]) -> None:
    rows = await session.execute(
        select(Item.code, Item.scheme_code).where(
            Item.code.in_({draft.code for draft in drafts}), Item.scheme_code != scheme_code
        )
    )
    owner = {row.code: row.scheme_code for row in rows}
    faults = [
        Fault(
            draft.file,
            draft.line,
            draft.code,
            f"kode ini dipakai skema {owner[draft.code]}",
            f"this code belongs to the scheme {owner[draft.code]}",
        )
        for draft in drafts
        if draft.code in owner
    ]
    if faults:
        raise DataFileError(faults)


async def _put(session: AsyncSession, draft: DraftItem, known: _Known, loading: _Loading) -> str:
    """Bring one item to what its draft says; returns what that was."""
    version, same_text = known.version, known.fingerprint == _fingerprint(draft)
    if version is None or ((known.theirs or known.wrong) and not (same_text and known.live)):
        return "left"
    came_back = version.state == State.RETIRED
    same_company = (set(known.item.enemies), known.item.stimulus_code) == (set(draft.enemies), draft.stimulus)
    known.item.enemies, known.item.stimulus_code = list(draft.enemies), draft.stimulus
    if same_text and came_back:
        loading.move(version, State.ACTIVE)
    elif not same_text:
        for old in known.live:
            loading.move(old, State.RETIRED)
        await session.flush()  # before another version is active
        await _write_versions(session, [(draft, known.item.id, known.newest_no + 1)], loading)
    await session.flush()
    if came_back:
        return "added"
    return "unchanged" if same_text and same_company else "changed"


async def _retire_missing(
    session: AsyncSession, known: Mapping[str, _Known], kept: set[str], loading: _Loading
) -> None:
    for code in sorted(code for code, was in known.items() if code not in kept and was.live and not was.theirs):
        for version in known[code].live:
            loading.move(version, State.RETIRED)
        loading.outcomes["retired"].append(code)
    await session.flush()


async def record_exposure(session: AsyncSession, sitting_id: UUID, forms: Mapping[UUID, int]) -> None:
    """In how many forms of a sitting each item version stands; assembly knows it when it has drawn them."""
    session.add_all(
        ItemExposure(item_version_id=version_id, sitting_id=sitting_id, forms=count)
        for version_id, count in forms.items()
    )
    await session.flush()


async def _read_known(session: AsyncSession, scheme_code: str) -> dict[str, _Known]:
    """Every item of a bank by its code."""
    rows = await session.execute(
        select(Item, ItemVersion)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .where(Item.scheme_code == scheme_code)
        .order_by(Item.code, ItemVersion.version_no)
    )
    versions: dict[Item, list[ItemVersion]] = defaultdict(list)
    for item, version in rows:
        versions[item].append(version)
    used, retired_by_files = await _read_past(session, scheme_code)
    wrong = await _read_wrong(session, scheme_code)
    chosen = {item: _compared(siblings, used) for item, siblings in versions.items()}
    answers = await read_answers(session, (version.id for version in chosen.values() if version))
    known = {}
    for item, siblings in versions.items():
        compared = chosen[item]
        live = tuple(one for one in siblings if one.state in LIVE)
        fingerprint, theirs = None, False
        if compared:
            fingerprint = _digest(
                compared.content_hash, compared.kuk, compared.lang, answers[compared.id], compared.fixed_order
            )
            theirs = _is_theirs(compared, retired_by_files)
        newest_no = siblings[-1].version_no
        known[item.code] = _Known(item, newest_no, live, compared, fingerprint, theirs, item.id in wrong)
    return known


def _compared(siblings: Iterable[ItemVersion], used: set[UUID]) -> ItemVersion | None:
    """The newest in use, else the newest that ever was."""
    known = [one for one in siblings if one.id in used and one.state not in OPEN]
    return next(reversed([one for one in known if one.state in LIVE] or known), None)


def _is_theirs(version: ItemVersion, retired_by_files: set[UUID]) -> bool:
    if version.author_id is not None:
        return True
    return version.state == State.RETIRED and version.id not in retired_by_files


async def _read_past(session: AsyncSession, scheme_code: str) -> tuple[set[UUID], set[UUID]]:
    """Which versions were ever approved or in use, and which of them a load retired last."""
    moves = await session.execute(
        select(ItemMove.item_version_id, ItemMove.action, ItemMove.to_state)
        .join(ItemVersion, ItemVersion.id == ItemMove.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.scheme_code == scheme_code)
        .order_by(ItemMove.id)
    )
    used, last = set(), {}
    for version_id, action, state in moves:
        last[version_id] = action
        if state in LIVE:
            used.add(version_id)
    return used, {version_id for version_id, action in last.items() if action == Action.LOAD}


async def _read_wrong(session: AsyncSession, scheme_code: str) -> set[UUID]:
    """Items of which a version was found wrong."""
    rows = await session.scalars(
        select(ItemVersion.item_id)
        .join(ItemReview, ItemReview.item_version_id == ItemVersion.id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.scheme_code == scheme_code, ItemReview.verdict == FOUND_WRONG)
    )
    return set(rows)


def _fingerprint(draft: DraftItem) -> str:
    """What makes another version. The order of options is no text: a second reading holds whether or not it is fixed."""
    return _digest(content_hash(draft.content), draft.kuk, draft.lang, draft.answer, draft.fixed_order)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


async def _add(session: AsyncSession, scheme_code: str, drafts: Sequence[DraftItem], loading: _Loading) -> None:
    """Items that the bank does not know, in three statements instead of three for each."""
    items = [
        Item(id=uuid4(), code=one.code, scheme_code=scheme_code, enemies=list(one.enemies), stimulus_code=one.stimulus)
        for one in drafts
    ]
    session.add_all(items)
    await session.flush()
    await _write_versions(session, [(draft, item.id, 1) for draft, item in zip(drafts, items, strict=True)], loading)
    loading.outcomes["added"] += [draft.code for draft in drafts]


async def _write_versions(
    session: AsyncSession, written: Sequence[tuple[DraftItem, UUID, int]], loading: _Loading
) -> None:
    """Of each item the version with this number, in use at once."""
    now = await read_clock(session)
    versions = [
        ItemVersion(
            id=(version_id := uuid4()),
            item_id=item_id,
            version_no=version_no,
            kuk=draft.kuk,
            lang=draft.lang,
            n_options=len(draft.content.options),
            fixed_order=draft.fixed_order,
            sealed=seal(session, draft.content, version_id),
            content_hash=content_hash(draft.content),
            state=State.ACTIVE,
            kind=Kind.NEW if version_no == 1 else Kind.REVISION,
            lineage_id=version_id,
            created_at=now,
            submitted_at=now,
        )
        for draft, item_id, version_no in written
    ]
    session.add_all(versions)
    await session.flush()
    await write_answers(
        session, {version.id: draft.answer for version, (draft, _, _) in zip(versions, written, strict=True)}
    )
    loading.moves += [(version.id, None, State.ACTIVE) for version in versions]
