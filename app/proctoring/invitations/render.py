"""Pure: a template and what is known make a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

PLACEHOLDER: Final = re.compile(r"\$([a-z_]+)")


class UnknownPlaceholder(ValueError):
    """The template asks for something that invitations do not know."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"template: unknown placeholder ${', $'.join(names)}")
        self.names = names


def render(template: str, values: Mapping[str, str | None]) -> str:
    """Fill in the placeholders, line by line; a line about something that is not known is left out.

    What is filled in is never read as a template again, whatever a name holds.
    """
    unknown = set(PLACEHOLDER.findall(template)) - set(values)
    if unknown:
        raise UnknownPlaceholder(sorted(unknown))
    lines = [line for line in template.splitlines() if all(values[name] for name in PLACEHOLDER.findall(line))]
    return "\n".join(PLACEHOLDER.sub(lambda found: values[found[1]] or "", line) for line in lines)
