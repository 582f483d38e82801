"""What each figure of a review means, in words for people who know no statistics; with its formula and source.

Read from the YAML files in `texts/` beside this module, one per panel.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from app.core.printed import Kind

ALIKE: Final = frozenset({"formula", "source"})  # may be told once for both languages


@dataclass(frozen=True, slots=True)
class Definition:
    """`says` is one or two sentences for a lay reader, `formula` plain text, `source` the literature, `least_n` from where on.
    A formula of letters and a title of a paper are the same in both languages; the texts then have them once, as `formula`.

    `method`: the fields of the review method that the figure goes by. No text repeats their values, which a committee may change:
    whoever shows the definition puts those of its review beside it.
    """

    id: str
    kind: Kind
    title_id: str
    title_en: str
    says_id: str
    says_en: str
    formula_id: str
    formula_en: str
    source_id: str
    source_en: str
    least_n_id: str = ""
    least_n_en: str = ""
    method: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def definition(name: str) -> Definition:
    """Raises KeyError for a figure that nobody explained: then it may not be shown."""
    return _all()[name]


def list_definitions() -> list[Definition]:
    return list(_all().values())


@cache
def _all() -> dict[str, Definition]:
    folder = resources.files(__package__).joinpath("texts")
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
    found: dict[str, Definition] = {}
    for file in files:
        for name, members in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"{file.name}: {name} is explained twice")
            found[name] = _definition(name, members)
    return found


def _definition(name: str, members: dict[str, Any]) -> Definition:
    kind, method = Kind(members.pop("kind")), tuple(members.pop("method", ()))
    for member in ALIKE & members.keys():
        members[f"{member}_id"] = members[f"{member}_en"] = members.pop(member)
    return Definition(name, kind, **members, method=method)
