"""Which pictures there are: a function that returns a drawing, under the name of its file."""

from __future__ import annotations

from collections.abc import Callable

from canvas import Canvas

Draw = Callable[[], Canvas]
PICTURES: dict[str, Draw] = {}


def picture(name: str) -> Callable[[Draw], Draw]:
    """Enter the function as the picture `name`: criterion, dash, slug ("4.2-form-temuan")."""

    def enter(draw: Draw) -> Draw:
        if name in PICTURES:
            raise ValueError(f"two pictures are named {name}")
        PICTURES[name] = draw
        return draw

    return enter
