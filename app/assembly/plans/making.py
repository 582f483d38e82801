"""Making the forms of a plan and their certificate: pure; and the order and the result as JSON, for who has it done elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from app.assembly.certificate.content import Grounds, certify
from app.assembly.errors import CannotPlan
from app.assembly.foundations.blueprints import blueprint_content, parse_blueprint
from app.assembly.planning.forms import plan_forms
from app.assembly.plans.snapshots import earlier_in, earlier_out, pool_in, pool_out, settings_in, settings_out
from app.assembly.types import Blueprint, FormPlan, PlannedForm, PlanSettings, PoolItem, Shortfall, Target

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """All that a plan and its certificate depend on."""

    pool: tuple[PoolItem, ...]
    blueprint: Blueprint
    target: Target
    settings: PlanSettings
    seed: bytes
    earlier: Mapping[UUID, frozenset[str]]
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Made:
    plan: FormPlan
    certificate: dict[str, Any]


def make(order: Order, progress: Progress | None = None) -> Made:
    """Raises CannotPlan."""
    plan = plan_order(order, progress)
    return Made(plan, certify_order(order, plan))


def plan_order(order: Order, progress: Progress | None = None) -> FormPlan:
    """Raises CannotPlan."""
    return plan_forms(
        order.pool,
        order.blueprint,
        order.target,
        order.settings,
        order.seed,
        avoiding=order.earlier,
        progress=progress,
    )


def certify_order(order: Order, plan: FormPlan) -> dict[str, Any]:
    return certify(
        plan,
        order.pool,
        order.blueprint,
        order.target,
        order.settings,
        grounds=order.grounds,
        seed=order.seed,
        earlier=order.earlier,
    )


def order_out(order: Order) -> dict[str, Any]:
    return {
        "pool": pool_out(order.pool),
        "blueprint": blueprint_content(order.blueprint),
        "target": asdict(order.target),
        "settings": settings_out(order.settings),
        "seed": order.seed.hex(),
        "earlier": earlier_out(order.earlier),
        "grounds": asdict(order.grounds),
    }


def order_in(sent: Mapping[str, Any]) -> Order:
    return Order(
        pool_in(sent["pool"]),
        parse_blueprint(sent["blueprint"]),
        Target(**sent["target"]),
        settings_in(sent["settings"]),
        bytes.fromhex(sent["seed"]),
        earlier_in(sent["earlier"]),
        Grounds(**sent["grounds"]),
    )


def made_out(made: Made) -> dict[str, Any]:
    forms = [asdict(form) | {"reserved_for": [str(person) for person in form.reserved_for]} for form in made.plan.forms]
    plan = {"algorithm": made.plan.algorithm, "solver": made.plan.solver, "forms": forms}
    return {"plan": plan, "certificate": made.certificate}


def made_in(sent: Mapping[str, Any]) -> Made:
    """Raises CannotPlan where that was the answer."""
    if "shortfalls" in sent:
        raise CannotPlan([Shortfall(**one) for one in sent["shortfalls"]])
    plan = sent["plan"]
    forms = tuple(
        PlannedForm(
            form["form_no"],
            tuple(form["codes"]),
            tuple(UUID(person) for person in form["reserved_for"]),
            form["gap"],
            form["nodes"],
        )
        for form in plan["forms"]
    )
    return Made(FormPlan(forms, plan["algorithm"], plan["solver"]), sent["certificate"])
