"""The item panel: a table of all items, a card of each, and the leads that their signs are."""

from __future__ import annotations

from collections import Counter
from typing import Any

from app.review.data.types import ReviewData
from app.review.item_panel.cards import card_of
from app.review.item_panel.chance import by_chance
from app.review.item_panel.evidence import Evidence, gather
from app.review.item_panel.group_differences import DIF, GroupDifferences
from app.review.item_panel.leads import lead_of
from app.review.item_panel.rows import COLUMNS, row_of
from app.review.item_panel.signs import Sign, Verdict, signs_of, verdict
from app.review.method.types import RULES, ReviewMethod
from app.review.shown import Panel, counted, figure


def item_panel(data: ReviewData, method: ReviewMethod, groups: GroupDifferences | None = None) -> Panel:
    """`groups`: what the exam panel found of groups, which takes it long; without it no item is held against groups."""
    evidence = gather(data, method, groups or GroupDifferences())
    signs = [signs_of(one, method) for one in evidence.items]
    verdicts = [verdict(one, found, method) for one, found in zip(evidence.items, signs, strict=True)]
    judged = list(zip(evidence.items, signs, verdicts, strict=True))
    expected = by_chance(evidence.items, signs, method)
    of_groups = {DIF: evidence.groups.chance}  # raised, and told of, by the exam panel
    parts: dict[str, Any] = {
        "items": {
            "rows": [row_of(one, found, said, method) for one, found, said in judged],
            **_summary(evidence, signs, verdicts, expected | of_groups, method),
        }
    }
    for one, found, said in judged:
        parts[f"item:{one.item.lineage_id}"] = card_of(one, evidence, data, found, said, method)
    leads = [lead_of(sign, one, evidence, method) for one, found, _ in judged for sign in found if sign.rule != DIF]
    return Panel(parts, leads, expected)


def _summary(
    evidence: Evidence,
    signs: list[tuple[Sign, ...]],
    verdicts: list[Verdict],
    expected: dict[str, float],
    method: ReviewMethod,
) -> dict[str, Any]:
    """What stands above the table. `rules`: what each sign means, how many there are, how many chance would raise at most."""
    raised = Counter(sign.rule for found in signs for sign in found)
    counts = Counter(verdicts)
    return {
        "columns": COLUMNS,
        "least_n": method.least_n_item,
        "least_n_key": method.least_n_key,
        "method": method.version,
        "periods": list(evidence.periods),
        "compared": evidence.compared,
        "verdicts": {str(one): counts[one] for one in Verdict},
        "flagged": counted("items-flagged", sum(bool(found) for found in signs)),
        "by_chance": figure("items-by-chance", sum(expected.values()), n=len(evidence.items)),
        "rules": [
            {
                "rule": rule,
                "text_id": RULES[rule][0],
                "text_en": RULES[rule][1],
                "raised": raised[rule],
                "by_chance": figure("items-by-chance", share, n=len(evidence.items)),
            }
            for rule, share in expected.items()
        ],
    }
