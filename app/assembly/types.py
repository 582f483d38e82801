"""What crosses the border of assembly: blueprints, the pool and its parameters, plans of forms, forms as they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

# One position as a paper holds it: {"stem", "options", "stimulus"?}, texts plain or nested nodes (`itembank.richtext.tree`).
Question = dict[str, Any]


class Dimension(StrEnum):
    """By what a blueprint counts items. The last three have one value, "yes"."""

    KUK = "kuk"
    UNIT = "unit"
    LEVEL = "level"
    PICTURE = "picture"
    CASE = "case"  # shares a case (stimulus) with others
    FIXED = "fixed"  # its options keep their order, so its key does: few of them keep the places of keys even


@dataclass(frozen=True, slots=True)
class Limit:
    """So many items of one value in every form; `least == most` is an exact number."""

    dimension: Dimension
    value: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What every form holds: `items` in all, and the limits. Each criterion (KUK) has an exact limit."""

    items: int
    limits: tuple[Limit, ...]


class Source(StrEnum):
    """Where an item's difficulty comes from, the strongest evidence first."""

    CALIBRATED = "calibrated"
    EMPIRICAL = "empirical"
    JUDGED = "judged"


@dataclass(frozen=True, slots=True)
class PoolItem:
    """An active item version as the programme sees it. P(right | theta) = 1 / (1 + exp(-a (theta - b))), D = 1.

    `se` is the standard error of b; `n` the responses behind it (0 where it is judged).
    """

    version_id: UUID
    code: str
    kuk: str
    unit: str
    level: str
    picture: bool
    case: str | None
    enemies: tuple[str, ...]
    fixed: bool
    content_hash: str
    b: float
    se: float
    source: Source
    n: int = 0
    a: float = 1.0


@dataclass(frozen=True, slots=True)
class Target:
    """What every form must give a candidate at the cut: `score` points expected at `theta`, within `tolerance` points."""

    theta: float
    score: float
    tolerance: float = 0.5


@dataclass(frozen=True, slots=True)
class ReferenceItem:
    """An item of a reference standard, with its parameters of the day on which that was written.

    It is still that item while its lineage goes on: another text may be the same item (a corrected word), and the same text
    another (a corrected key).
    """

    lineage_id: UUID
    code: str
    content_hash: str
    kuk: str
    a: float
    b: float
    se: float
    source: Source
    n: int


@dataclass(frozen=True, slots=True)
class ReferenceStandard:
    """What the pass mark means, frozen. `settled`: the sittings and calibrations that the parameters of its items hold."""

    id: UUID
    sha256: str
    target: Target
    items: Mapping[UUID, ReferenceItem]  # by lineage
    settled: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """`forms` (K). No item in more than `exposure_cap` (0..1] of the forms, no two forms with more than `overlap_cap` items in
    common; one form and the next share at least `overlap_least`, so that small groups can be compared."""

    forms: int
    exposure_cap: float
    overlap_cap: int
    overlap_least: int = 0


@dataclass(frozen=True, slots=True)
class PlannedForm:
    """The items of one form, as codes in rising order. `reserved_for`: people who saw items of every other form before.

    `gap`: how far, as a share, the solver's choice may be from its best; `nodes` how many it looked at.
    """

    form_no: int
    codes: tuple[str, ...]
    reserved_for: tuple[UUID, ...] = ()
    gap: float = 0.0
    nodes: int = 0


@dataclass(frozen=True, slots=True)
class FormPlan:
    """Forms that keep the blueprint and are matched at the cut. The same inputs and seed make the same plan to the bit."""

    forms: tuple[PlannedForm, ...]
    algorithm: str
    solver: str


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why there is no plan: which rule cannot be kept, by how much (in its own unit), and what would help.

    `rule` is "kuk:4.2", "unit:MM 1", "level:apply", "picture", "case", "fixed", "items", "enemies", "exposure", "overlap",
    "score", "information" or "nodes".
    """

    rule: str
    by: float
    text_id: str
    text_en: str


@dataclass(frozen=True, slots=True)
class DrawnForm:
    """A form as one candidate gets it, before it has a row: `orders[i][j]` is the stored option in place j of position i + 1."""

    form_no: int
    version_ids: tuple[UUID, ...]
    orders: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What one candidate is shown. `plan_form_no` is the form of the plan that it puts into an order of its own."""

    id: UUID
    sitting_id: UUID
    form_no: int
    version_ids: tuple[UUID, ...]
    orders: tuple[tuple[int, ...], ...]
    renderer_version: str
    shown_sha256: str
    plan_form_no: int | None = None


@dataclass(frozen=True, slots=True)
class ShownForm:
    """A form with what a candidate is shown: its questions in order, and the pictures (PNG) that they name by hash."""

    form: Form
    questions: list[Question]
    images: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class FormSet:
    """What may be told about a form set. `seed` is only filled when it is asked for after the release."""

    sitting_id: UUID
    n_forms: int
    algorithm: str
    seed_sha256: str
    bank_sha256: str
    created_at: datetime
    seed: str | None = None
    plan_id: UUID | None = None
