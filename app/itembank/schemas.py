"""What the routes of an item's life take."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.web import Payload
from app.itembank.desk_schemas import Written as Texts
from app.itembank.lifecycle import Action, ExpertCard, Verdict, Written
from app.itembank.lifecycle.errors import UnfitItem
from app.itembank.types import Answer, Kind
from app.itembank.written import read_written

Words = Annotated[str, StringConstraints(max_length=4000)]
Reason = Annotated[str, StringConstraints(max_length=2000)]
ItemCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Judgement = Literal["good", "mend"]


class ItemBody(Payload):
    """An item as its author hands it in. `key` is the place of the right option, from 0."""

    kuk: Annotated[str, StringConstraints(max_length=16)]
    lang: Annotated[str, StringConstraints(max_length=8)]
    stimulus_code: ItemCode | None = None
    content: Texts
    fixed_order: bool = False
    key: Annotated[int, Field(strict=True, ge=0, le=5)]
    rationale: Words
    source: Words
    cognitive_level: Annotated[str, StringConstraints(max_length=16)]
    expected_p: Share
    enemies: Annotated[tuple[ItemCode, ...], Field(max_length=50)] = ()

    async def read(self, session: AsyncSession) -> Written:
        """Raises UnfitItem for texts that cannot be carried over whole."""
        texts = self.content
        content, faults = await read_written(session, texts.stem, texts.options, texts.stimulus)
        if faults:
            raise UnfitItem(faults)
        answer = Answer(self.key, self.rationale, self.source, self.cognitive_level, self.expected_p)
        return Written(self.kuk, self.lang, content, answer, self.enemies, self.stimulus_code, self.fixed_order)


class NewItem(ItemBody):
    scheme: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Edit(ItemBody):
    """`step`: as the version was read; another one since is another text."""

    reason: Reason = ""
    step: int | None = None


class NewVersion(ItemBody):
    reason: Reason = ""
    kind: Literal[Kind.REVISION, Kind.EDITORIAL]


class Move(Payload):
    """`reason` may be left out where there is a usual one."""

    action: Literal[
        Action.SUBMIT,
        Action.WITHDRAW,
        Action.ACTIVATE,
        Action.REST,
        Action.SUSPEND,
        Action.RESUME,
        Action.RECHECK,
        Action.RETIRE,
    ]
    reason: Reason = ""


class Card(Payload):
    material: Judgement
    construction: Judgement
    language: Judgement

    def read(self) -> ExpertCard:
        return ExpertCard(self.material, self.construction, self.language)


class Review(Payload):
    verdict: Verdict
    reason: Reason = ""
    card: Card


class Comment(Payload):
    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
