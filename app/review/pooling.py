"""The responses of several sittings as one, by lineage of items instead of by version. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from app.assembly import ReferenceStandard
from app.psychometrics import Responses
from app.review.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Sat:
    """One sitting's responses, and of which lineage each version of its items is."""

    snapshot: Snapshot
    lineages: Mapping[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Pooled:
    """`standard`: the standard's difficulties of those lineages that it knows; `newest`: the version of each that was seen last."""

    responses: Responses
    standard: dict[Any, float]
    newest: dict[Any, UUID]
    sha256s: tuple[str, ...]


def pool(sittings: Sequence[Sat], standard: ReferenceStandard) -> Pooled:
    """`sittings`: at least one, the oldest first. Who sat twice counts as two."""
    newest: dict[Any, UUID] = {}
    known: dict[Any, float] = {}
    facts: dict[Any, tuple[int, int]] = {}
    for sat in sittings:
        for item in sat.snapshot.items:
            lineage = sat.lineages[item.version_id]
            newest[lineage] = item.version_id
            facts[lineage] = (item.n_options, item.key)
            if reference := standard.items.get(lineage):
                known[lineage] = reference.b
    lineages = sorted(newest)
    place = {lineage: index for index, lineage in enumerate(lineages)}
    columns = [_columns(sat, place) for sat in sittings]
    persons = [person for sat in sittings for person in sat.snapshot.responses.persons]
    before = np.cumsum([0, *(len(sat.snapshot.responses.persons) for sat in sittings)])
    person = np.concatenate([rows[0] + first for rows, first in zip(columns, before, strict=False)])
    responses = Responses.from_arrays(
        person,
        *(np.concatenate([rows[column] for rows in columns]) for column in (1, 2, 3)),
        persons=persons,
        items=lineages,
        n_options=[facts[lineage][0] for lineage in lineages],
        key=[facts[lineage][1] for lineage in lineages],
    )
    return Pooled(responses, known, newest, tuple(sat.snapshot.sha256 for sat in sittings))


def _columns(sat: Sat, place: Mapping[UUID, int]) -> tuple[Any, Any, Any, Any]:
    """Person, item, option and score of each row."""
    found = sat.snapshot.responses
    of_version = np.array([place[sat.lineages[item.version_id]] for item in sat.snapshot.items])
    return found.person.astype(np.int64), of_version[found.item], found.option, found.score
