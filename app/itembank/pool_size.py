"""How large a pool the expected candidates can carry, and which items to begin with. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final
from uuid import UUID

from app.itembank.coverage import USABLE
from app.itembank.search import LEAST_N_DISCRIMINATION, FoundItem

# In forms. Below it most of a form is in the next one, too, so that whoever sits again has seen it.
LEAST_POOL: Final = 1.6


@dataclass(frozen=True, slots=True)
class Share:
    """Of one criterion: what a form takes, what the pool should hold, and what the bank can give."""

    kuk: str
    per_form: int
    proposed: int
    usable: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """`answers_per_item` is what each item can expect when every candidate answers one form of this pool."""

    shares: tuple[Share, ...]
    answers_per_item: float
    version_ids: tuple[UUID, ...]

    @property
    def size(self) -> int:
        return sum(share.proposed for share in self.shares)


def propose(items: Sequence[FoundItem], items_per_kuk: Mapping[str, int], candidates: int) -> Proposal:
    """As many items as the candidates give enough answers to, at least what is safe, at most what is approved.

    Those that the fewest sittings have used come first, so that the bank goes round from period to period.
    """
    shares, chosen = [], []
    for kuk, per_form in sorted(items_per_kuk.items()):
        usable = sorted(
            (item for item in items if item.shown.kuk == kuk and item.shown.state in USABLE),
            key=lambda item: (item.sittings, item.code),
        )
        wanted = max(ceil(LEAST_POOL * per_form), per_form * candidates // LEAST_N_DISCRIMINATION)
        proposed = min(wanted, len(usable))
        shares.append(Share(kuk, per_form, proposed, len(usable)))
        chosen += [item.shown.id for item in usable[:proposed]]
    answers = candidates * sum(items_per_kuk.values())
    return Proposal(tuple(shares), answers / len(chosen) if chosen else 0.0, tuple(chosen))
