"""What an item needs before it is kept, and before others read it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import schemes
from app.itembank.hints import item_hints
from app.itembank.keys import read_answers
from app.itembank.lifecycle.types import Standing, Written
from app.itembank.models import Item
from app.itembank.queries import read_contents
from app.itembank.richtext import images_of, plain
from app.itembank.types import LEVELS
from app.itembank.written import TextFault
from app.schemes import SchemeVersion

OPTIONS: Final = (3, 6)  # where a scheme gives no exam
LANGUAGES: Final = ("id", "en")
EXPECTED_P: Final = (0.05, 0.98)


async def faults_of(session: AsyncSession, scheme_code: str, code: str | None, written: Written) -> list[TextFault]:
    """Why this cannot be kept in the bank of this scheme; `code` is the item's own, where it has one."""
    scheme = await schemes.find_newest(session, scheme_code)
    if scheme is None:
        return [TextFault("scheme", "skema ini tidak ada", "there is no such scheme")]
    known = set(
        await session.scalars(select(Item.code).where(Item.scheme_code == scheme_code, Item.code.in_(written.enemies)))
    )
    return [*form_faults(scheme, written), *_enemies(code, written, known)]


def form_faults(scheme: SchemeVersion, written: Written) -> list[TextFault]:
    """What is wrong with an item by itself, whatever else is in the bank."""
    return [*_structure(scheme, written), *_texts(written)]


async def faults_before_review(session: AsyncSession, versions: Sequence[Standing]) -> list[TextFault]:
    """What the author has to mend before other people spend their time on it."""
    ids = [version.version_id for version in versions]
    answers = await read_answers(session, ids)
    faults = []
    for version_id, content in (await read_contents(session, ids)).items():
        answer = answers[version_id]
        hints = item_hints(content, answer.key)
        faults += [TextFault(one.field, one.text_id, one.text_en) for one in hints if one.severity == "error"]
        for field, text in (("rationale", answer.rationale), ("source", answer.source)):
            if not text:
                faults.append(TextFault(field, "belum diisi", "is not filled in"))
    return faults


def _structure(scheme: SchemeVersion, written: Written) -> Iterator[TextFault]:
    low, high = (scheme.exam.options,) * 2 if scheme.exam else OPTIONS
    count = len(written.content.options)
    if not low <= count <= high:
        wanted = f"{low}" if low == high else f"{low}–{high}"
        yield TextFault(
            "options", f"ada {count} opsi, perlu {wanted}", f"there are {count} options, {wanted} are needed"
        )
    if not 0 <= written.answer.key < count:
        yield TextFault("key", "pilih opsi yang benar", "choose the right option")
    if written.kuk not in scheme.items_per_kuk:
        yield TextFault(
            "kuk", f"KUK {written.kuk} tidak ada dalam skema", f"criterion {written.kuk} is not in the scheme"
        )
    if written.lang not in LANGUAGES:
        yield TextFault("lang", "bahasa harus id atau en", "the language must be id or en")
    if written.answer.cognitive_level not in LEVELS:
        levels = ", ".join(LEVELS)
        yield TextFault("cognitive_level", f"tingkat harus salah satu: {levels}", f"the level must be one of: {levels}")
    least, most = EXPECTED_P
    if not least <= written.answer.expected_p <= most:
        yield TextFault("expected_p", f"harus {least}–{most}", f"must lie in {least} to {most}")


def _texts(written: Written) -> Iterator[TextFault]:
    content = written.content
    named = {"stem": content.stem} | {f"options.{place}": text for place, text in enumerate(content.options)}
    for field, text in named.items():
        if not plain(text) and not images_of(text):
            yield TextFault(field, "belum diisi", "is not filled in")
    if (written.stimulus_code is None) != (not content.stimulus):
        yield TextFault(
            "stimulus",
            "kasus perlu kode dan teks, atau tidak keduanya",
            "a case needs its code and its text, or neither",
        )


def _enemies(code: str | None, written: Written, known: Collection[str]) -> Iterator[TextFault]:
    for enemy in written.enemies:
        if enemy not in known or enemy == code:
            yield TextFault("enemies", f"soal lawan {enemy} tidak ada", f"the enemy {enemy} does not exist")
