"""What a panel hands on: its parts, and the leads that the committee should look at. A lead is no verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.review.shown.figures import Figure


class SubjectKind(StrEnum):
    ITEM = "item"  # ref: lineage
    FORM = "form"  # ref: "<sitting id>/<number of the plan's form>"
    PAIR = "pair"  # ref: "<attempt id>/<attempt id>"
    CANDIDATE = "candidate"  # ref: attempt id
    GROUP = "group"  # ref: attribute
    EXAM = "exam"  # ref: "" (all of it)
    SITTING = "sitting"  # ref: sitting id


class Strength(StrEnum):
    """As the committee's verdicts: bermasalah (bukti kuat), perlu ditelaah ahli."""

    STRONG = "strong"
    EXPERT = "expert"


@dataclass(frozen=True, slots=True)
class Subject:
    """`label` is what people call it: an item's code, "Paket 3 · sesi SIM-1"."""

    kind: SubjectKind
    ref: str
    label: str


@dataclass(frozen=True, slots=True)
class Lead:
    """`rule` is one of the review method's rules; `q` the p-value after adjustment for all that were tested, where there is one.

    The texts name no option and quote no item: findings keep them unsealed.
    """

    rule: str
    subject: Subject
    strength: Strength
    text_id: str
    text_en: str
    figures: Sequence[Figure] = ()
    q: float | None = None

    @property
    def id(self) -> str:
        """The same rule on the same thing is the same lead, in every review."""
        return f"{self.rule}:{self.subject.kind}:{self.subject.ref}"

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "rule": self.rule,
            "subject": {"kind": self.subject.kind, "ref": self.subject.ref, "label": self.subject.label},
            "strength": self.strength,
            "text_id": self.text_id,
            "text_en": self.text_en,
            "figures": list(self.figures),
            "q": self.q,
        }


@dataclass(frozen=True, slots=True)
class Panel:
    """`parts`: what is stored and read by name. `by_chance`: per rule, how many leads chance alone would raise at most."""

    parts: Mapping[str, Any]
    leads: Sequence[Lead] = ()
    by_chance: Mapping[str, float] = field(default_factory=dict)
