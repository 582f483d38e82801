"""Items as exchange files carry them: the sample bank, and some that hold everything an item can."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from PIL import Image as Pictures

from app.itembank.exchange import ExchangeItem
from app.itembank.files import read_bank
from app.itembank.richtext import Image, clean, escape, read_image

ROOT = Path(__file__).parents[4]


TABLE = (
    "<table><caption>Cacat <em>per bulan</em></caption><thead><tr><th>Bulan</th><th>Cacat</th></tr></thead>"
    "<tbody><tr><td>Juni</td><td>4</td></tr></tbody></table>"
)


def picture(colour: str = "red", size: tuple[int, int] = (24, 16), kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Pictures.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


@cache  # it takes two seconds, and every format reads it
def sample_bank() -> tuple[list[ExchangeItem], dict[str, Image]]:
    bank = read_bank(ROOT / "itembank/mmu/items", ROOT / "itembank/schema/items.schema.json")
    items = [
        ExchangeItem(
            stem=draft.content.stem,
            options=draft.content.options,
            key=draft.answer.key,
            code=draft.code,
            kuk=draft.kuk,
            lang=draft.lang,
            stimulus=draft.content.stimulus,
            stimulus_code=draft.stimulus,
            rationale=escape(draft.answer.rationale),
            source=escape(draft.answer.source),
            cognitive_level=draft.answer.cognitive_level,
            expected_p=draft.answer.expected_p,
            enemies=draft.enemies,
            fixed_order=draft.fixed_order,
        )
        for draft in bank.drafts
    ]
    return items, bank.images


def rich_items() -> tuple[list[ExchangeItem], dict[str, Image]]:
    """Every kind of text that canonical markup knows, and texts that look like something else."""
    shown = read_image(picture())
    case = clean("<p>Sebuah pabrik mencatat:</p><ul><li>cacat 12</li><li>ulang <strong>3</strong></li></ul>").markup
    texts = [
        "Berapa luas 3 m<sup>2</sup> dan H<sub>2</sub>O pada <em>suhu</em> <strong>ini</strong>?",
        "Hitung \\(\\frac{a}{b} + \\sqrt{x}\\) bila a &lt; 5",
        f'<p>Lihat gambar.</p><p><img src="image:{shown.hash}" alt="peta kendali"></p><p>Apa artinya?</p>',
        f"<p>Tabel</p>{TABLE}",
        "<ol><li>satu</li><li>dua</li></ol><p>Urutan mana?</p>",
    ]
    plain = [
        "a < b & c > d",
        "<b>tebal</b> sebagai teks",
        "=SUM(A1:A3)",
        "-5",
        "@alamat",
        "'kutip'",
        "baris satu\nbaris dua",
    ]
    stems = [clean(text).markup for text in texts] + [escape(text) for text in plain]
    items = [
        ExchangeItem(
            stem=stem,
            options=(escape("=1+1"), "m<sup>2</sup>", escape("B"), escape("90 %")),
            key=number % 4,
            code=f"XX-1.1-{number:02}",
            kuk="1.1",
            lang="id",
            stimulus=case if number < 3 else "",
            stimulus_code="XX-1.1-K1" if number < 3 else None,
            rationale=escape("Karena R & D."),
            source=escape("ISO 9001:2015 klausul 6.2.1"),
            cognitive_level=("remember", "apply", "analyse")[number % 3],
            expected_p=0.65,
            enemies=("XX-1.1-01", "XX-1.1-02") if number == 5 else (),
            fixed_order=number % 3 == 0,
        )
        for number, stem in enumerate(stems)
    ]
    return items, {shown.hash: shown}
