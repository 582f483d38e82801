"""The certificate of a plan: what shows, before a sitting opens, that its forms are equal, and to which evidence. Pure.

Everything is counted again from the codes of the plan and the pool; nothing is taken over from the solver but how far its choice
may be from the best. The same plan and pool give the same certificate to the bit: figures are rounded, so that they do not hang on
how a processor adds up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

import numpy as np

from app.assembly.certificate.comparability import AtTheCut, at_the_cut, grade_of, worst_deviation
from app.assembly.certificate.faults import find_faults
from app.assembly.certificate.remarks import notes
from app.assembly.certificate.tally import (
    Tally,
    count_cases,
    enemies_together,
    enemy_pairs,
    exposure_counts,
    limit_counts,
    seen_before,
    split_cases,
    tally,
)
from app.assembly.foundations.blueprints import canonical_sha256
from app.assembly.foundations.standards import blueprint_score, count_sources, rounded
from app.assembly.plans.arrange import arrange
from app.assembly.types import Blueprint, FormPlan, PlanSettings, PoolItem, Target

Certificate = dict[str, Any]

MATRIX_FORMS: Final = 200  # of more forms nobody reads each pair


@dataclass(frozen=True, slots=True)
class Grounds:
    """For which sitting the forms are, and by their hashes on what they rest."""

    scheme_code: str
    scheme_version_no: int
    sitting_code: str
    sitting_title: str
    bank_sha256: str
    blueprint_sha256: str
    standard_sha256: str


def certify(
    plan: FormPlan,
    items: Sequence[PoolItem],
    blueprint: Blueprint,
    target: Target,
    settings: PlanSettings,
    *,
    grounds: Grounds,
    seed: bytes,
    earlier: Mapping[UUID, frozenset[str]],
) -> Certificate:
    """`items`: the whole pool the plan was made from. `earlier`: person → codes of the items that they saw before.

    Raises ValueError where the plan names an item that the pool lacks.
    """
    table = tally(plan, items, settings.forms)
    found = at_the_cut(table, target.theta)
    content = (
        _heads(plan, grounds, seed)
        | {
            "items": blueprint.items,
            "target": _figure(target.score),
            "theta_cut": _figure(target.theta),
            "tolerance": target.tolerance,
            "settings": asdict(settings),
        }
        | _contents(table, blueprint, seed)
        | _equality(table, found, target)
        | _sharing(table, settings)
        | {
            "drift": _drift(table, blueprint, target),
            "retakes": [
                {"form_no": form.form_no, "people": len(form.reserved_for), "overlap": seen_before(form, earlier)}
                for form in table.forms
                if form.reserved_for
            ],
        }
    )
    faults = find_faults(table, found, blueprint, target, settings)
    told = faults + notes(table, content, target, earlier)
    return content | {"acceptable": not faults, "remarks": [asdict(remark) for remark in told]}


def certificate_sha256(content: Certificate) -> str:
    return canonical_sha256(content)


def _heads(plan: FormPlan, grounds: Grounds, seed: bytes) -> Certificate:
    return {
        "scheme": {"code": grounds.scheme_code, "version_no": grounds.scheme_version_no},
        "sitting": {"code": grounds.sitting_code, "title": grounds.sitting_title},
        "algorithm": plan.algorithm,
        "solver": plan.solver,
        "seed_sha256": hashlib.sha256(seed).hexdigest(),
        "bank_sha256": grounds.bank_sha256,
        "blueprint_sha256": grounds.blueprint_sha256,
        "standard_sha256": grounds.standard_sha256,
    }


def _contents(table: Tally, blueprint: Blueprint, seed: bytes) -> Certificate:
    """What the forms hold: the blueprint's limits, enemies, cases."""
    return {
        "blueprint": [
            {
                "dimension": limit.dimension.value,
                "value": limit.value,
                "least": limit.least,
                "most": limit.most,
                "counts": limit_counts(table, limit),
            }
            for limit in blueprint.limits
        ],
        "enemies": {"pairs": len(enemy_pairs(table.items)), "together": len(enemies_together(table))},
        "cases": {
            "groups": count_cases(table.items),
            "split": sum(len(split_cases(_as_shown(table, row, seed))) for row in range(len(table.forms))),
        },
    }


def _as_shown(table: Tally, row: int, seed: bytes) -> list[PoolItem]:
    """The items of a form in the order in which one candidate will see them: all orders are made alike."""
    held = _held(table, row)
    of_version = {item.version_id: item for item in held}
    shown = arrange(held, 0, seed, table.forms[row].form_no)
    return [of_version[version] for version in shown.version_ids]


def _held(table: Tally, row: int) -> list[PoolItem]:
    return [item for item, is_held in zip(table.items, table.holds[row], strict=True) if is_held]


def _equality(table: Tally, found: AtTheCut, target: Target) -> Certificate:
    """How equal the forms are at the cut, nominally and with the errors of what is known about the items."""
    used = [item for item, is_used in zip(table.items, table.used, strict=True) if is_used]
    sources = count_sources([item.source for item in used])
    return {
        "forms": [_form(table, found, row) for row in range(len(table.forms))],
        "spread": {
            "expected_min": _figure(found.expected.min()),
            "expected_max": _figure(found.expected.max()),
            "expected_sd": _figure(found.expected.std()),
            "worst_deviation": _figure(worst_deviation(found.expected, target)),
            "sd_min": _figure(found.sd.min()),
            "sd_max": _figure(found.sd.max()),
            "information_min": _figure(found.information.min()),
            "information_max": _figure(found.information.max()),
        },
        "uncertainty": {
            "se_form_max": _figure(found.se.max()),
            "se_common": _figure(found.se_common),
            "pair_95_max": _figure(found.pair_95.max()),
        },
        "evidence": {"grade": grade_of(sources).value} | sources,
    }


def _form(table: Tally, found: AtTheCut, row: int) -> Certificate:
    form = table.forms[row]
    return {
        "form_no": form.form_no,
        "expected": _figure(found.expected[row]),
        "sd": _figure(found.sd[row]),
        "information": _figure(found.information[row]),
        "se": _figure(found.se[row]),
        "reserved": len(form.reserved_for),
        "gap": _figure(form.gap),
        "nodes": form.nodes,
        "sources": count_sources([item.source for item in _held(table, row)]),
    }


def _sharing(table: Tally, settings: PlanSettings) -> Certificate:
    """What general forms have in common; the matrix shows reserved ones, too."""
    shared = table.shared
    share = table.seen_in / table.n_general
    exposure = exposure_counts(table)
    return {
        "overlap": {
            "matrix": table.common.tolist() if len(table.forms) <= MATRIX_FORMS else [],
            "mean": _figure(np.mean(shared)) if shared else 0.0,
            "p95": int(np.percentile(shared, 95, method="inverted_cdf")) if shared else 0,
            "max": shared[-1] if shared else 0,
            "least": shared[0] if shared else 0,
        },
        "exposure": {
            "cap": settings.exposure_cap,
            "max": _figure(share.max()),
            "mean": _figure(share.mean()),
            "unused": exposure.get("0", 0),
            "counts": exposure,
        },
    }


def _drift(table: Tally, blueprint: Blueprint, target: Target) -> Certificate:
    expected = blueprint_score(table.items, blueprint, target.theta)
    return {"bank_expected": _figure(expected), "difference": _figure(expected - target.score)}


def _figure(value: float | np.floating[Any]) -> float:
    return rounded(float(value))
