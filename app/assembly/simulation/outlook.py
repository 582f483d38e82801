"""What the simulator is asked, and its answer as the screens and the terminal get it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import schemes
from app.assembly.certificate.digits import DIGITS
from app.assembly.errors import NoExam
from app.assembly.foundations.blueprint_rows import find_blueprint
from app.assembly.foundations.blueprints import default_blueprint
from app.assembly.foundations.pool import read_pool
from app.assembly.foundations.standard_rows import find_standard
from app.assembly.foundations.standards import cut_ability, require_one_form
from app.assembly.simulation.simulate import Demand, Simulation, Wish, simulate
from app.assembly.simulation.synthetic import synthetic_bank
from app.assembly.types import Blueprint, PoolItem, Target
from app.core.errors import NotFound

__all__ = ["Demand", "Question", "Simulation", "Situation", "Wish", "answer", "answer_json", "read_situation"]


@dataclass(frozen=True, slots=True)
class Question:
    """`synthetic`: of how many items a bank would be that is not written yet; None takes the active items."""

    scheme: str
    demand: Demand
    wish: Wish = field(default_factory=Wish)
    synthetic: int | None = None

    @property
    def seed(self) -> bytes:
        """Of the question, so that the same one is answered alike."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).digest()


@dataclass(frozen=True, slots=True)
class Situation:
    items: Sequence[PoolItem]
    blueprint: Blueprint
    target: Target


async def read_situation(session: AsyncSession, question: Question) -> Situation:
    """What is approved, and where nothing is, what the scheme proposes. Raises NotFound, NoExam, BankTooSmall."""
    scheme = await schemes.find_newest(session, question.scheme)
    if scheme is None:
        raise NotFound
    if scheme.exam is None:
        raise NoExam
    approved = await find_blueprint(session, scheme)
    blueprint = approved.blueprint if approved else default_blueprint(scheme)
    standard = await find_standard(session, scheme)
    if question.synthetic is None:
        items = await read_pool(session, scheme, standard)
    else:
        items = synthetic_bank(scheme, question.synthetic)
    require_one_form(items, blueprint)
    if standard and question.synthetic is None:
        return Situation(items, blueprint, standard.target)
    score = float(scheme.exam.pass_mark)
    return Situation(items, blueprint, Target(cut_ability(items, blueprint, score), score))


async def answer(situation: Situation, question: Question) -> Simulation:
    """In a thread: one plan is made in earnest."""
    return await asyncio.to_thread(
        simulate, situation.items, situation.blueprint, situation.target, question.demand, question.seed, question.wish
    )


def answer_json(found: Simulation, question: Question) -> dict[str, Any]:
    seen = found.comparability
    return {
        "pools": [asdict(pool) for pool in found.pools],
        "comparability": {
            "pool_size": found.planned,
            "forms": seen.forms if seen else None,
            "expected_min": seen.expected_min if seen else None,
            "expected_max": seen.expected_max if seen else None,
            "pair_95_max": seen.pair_95_max if seen else None,
            "evidence": seen.evidence.value if seen else None,
            "shortfalls": [asdict(one) for one in found.shortfalls],
        },
        "recommended": asdict(found.recommended) | {"forms": found.forms},
        "seed": question.seed.hex(),
        "digits": DIGITS,
    }
