"""The faults by their ids: what each one breaks, and what it may cost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.harness.stage import Stage


@dataclass(frozen=True, slots=True)
class Run:
    """What the command was asked for."""

    folder: Path
    seed: int
    short: bool
    gentle: bool = False  # one fault among many: once, and not for long


@dataclass
class Seen:
    """What a scenario saw. `seconds` is compared with the bound; a complaint fails the fault."""

    seconds: float | None = None
    words: str = ""
    crowded: float = 1.0  # the bound counts this many times: it is meant for a machine of our own
    allowed: tuple[str, ...] = ()  # what clients may hear here besides what they may always hear
    complaints: list[str] = field(default_factory=list)

    def expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.complaints.append(otherwise)


@dataclass
class Outcome:
    """A row of the table."""

    seen: Seen
    acknowledged: int
    lost: list[str]


@dataclass(frozen=True, slots=True)
class Fault:
    """A scenario on the common stage gets that stage, under load; one on a stage of its own makes it from the run."""

    id: str
    title: str
    bound: float | None
    bound_words: str
    on_stage: Callable[[Stage, Run], Awaitable[Seen]] | None = None
    alone: Callable[[Run], Awaitable[Outcome]] | None = None


FAULTS: dict[str, Fault] = {}
OnStage = Callable[[Stage, Run], Awaitable[Seen]]
Alone = Callable[[Run], Awaitable[Outcome]]


def fault(number: str, title: str, *, bound: float | None = None, words: str = "") -> Callable[[OnStage], OnStage]:
    """Register a scenario that breaks the common stage and leaves it whole."""

    def register(work: OnStage) -> OnStage:
        FAULTS[number] = Fault(number, title, bound, words or f"≤ {bound:g} s", on_stage=work)
        return work

    return register


def fault_alone(number: str, title: str, *, bound: float | None = None, words: str = "") -> Callable[[Alone], Alone]:
    """Register a scenario that needs an installation of its own."""

    def register(work: Alone) -> Alone:
        FAULTS[number] = Fault(number, title, bound, words or f"≤ {bound:g} s", alone=work)
        return work

    return register
