"""What a cell of a table says, whichever program wrote the table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from app.core.sheets import Unfit
from app.itembank.exchange.formats.texts import read_text, unguard
from app.itembank.richtext import BadFormula, plain

TYPED: Final = str.maketrans(
    {**dict.fromkeys("‐‑‒–—−", "-"), **dict.fromkeys("“”„«»", '"'), **dict.fromkeys("‘’‚", "'")}
)


@dataclass(frozen=True, slots=True)
class Cell:
    """Its text as canonical markup; `number` where it is one; why it cannot be read; and what was not carried over."""

    markup: str = ""
    number: float | None = None
    unfit: tuple[str, str] | None = None
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.markup and self.unfit is None

    @property
    def words(self) -> str:
        """In one line, with the hyphens and quotation marks of a keyboard: for codes, keys and headings."""
        return " ".join(plain(self.markup).translate(TYPED).split())


EMPTY: Final = Cell()
MOST_SIGNS: Final = 32_767  # of one text with its HTML: as many as a cell of Excel holds
TOO_LONG: Final = Cell(unfit=(f"lebih dari {MOST_SIGNS} tanda; pendekkan", f"over {MOST_SIGNS} signs; make it shorter"))


def text_cell(text: str) -> Cell:
    """Of a text as it stands in a table."""
    if len(text) > MOST_SIGNS:
        return TOO_LONG
    try:
        cleaned = read_text(unguard(text))
    except BadFormula as error:
        return bad_formula(error)
    return Cell(cleaned.markup, left_out=tuple(dropped(name) for name in cleaned.dropped))


def number_cell(number: float) -> Cell:
    """As an Indonesian sheet shows it."""
    return Cell(f"{number:.15g}".replace(".", ","), number)


def unfit_cell(unfit: Unfit) -> Cell:
    return Cell(unfit=unfit.value)


def bad_formula(error: BadFormula) -> Cell:
    tex = re.sub(r"\s+", " ", str(error))[:80]
    return Cell(
        unfit=(
            f"rumus “{tex}” tidak terbaca; perbaiki TeX di antara \\( dan \\)",
            f"the formula “{tex}” cannot be read; mend the TeX between \\( and \\)",
        )
    )


def dropped(name: str) -> tuple[str, str]:
    """What is said of an element that texts cannot hold."""
    if name == "img":
        return "gambar yang berkasnya tidak ada di sini", "a picture whose file is not in here"
    return f"unsur <{name}>; hanya isinya yang dibaca", f"the element <{name}>; only what is in it is read"
