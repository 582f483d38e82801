"""The E step: posterior of each pattern on a grid of abilities, and the expected counts it gives."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .mml_patterns import PatternBlock, Patterns

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grid:
    """Abilities and the log of their standard normal weights, both (nodes,)."""

    theta: Array
    log_weight: Array


@dataclass(frozen=True, slots=True)
class LogCurves:
    """What the items say at each node: ``log P(pattern) = statistic . odds + form . wrong + constant``.

    odds:     (columns of the statistic, nodes).  wrong: (items, nodes) log P(wrong).
    constant: summed over all candidates.
    """

    odds: Array
    wrong: Array
    constant: float = 0.0


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected counts of the complete data.

    statistic:    (columns, nodes) expected statistic at each node; right answers for responses.
    administered: (items, nodes) expected candidates at each node who received the item.
    """

    log_likelihood: float
    statistic: Array
    administered: Array


def posteriors(patterns: Patterns, curves: LogCurves, grid: Grid) -> Iterator[tuple[PatternBlock, Array, Array]]:
    """Block by block: the (patterns, nodes) posterior, rows summing to 1, and log P of each pattern."""
    for block in patterns.blocks():
        forms = patterns.forms[block.forms].astype(np.float64) @ curves.wrong + grid.log_weight
        p = patterns.statistic[block.rows].astype(np.float64) @ curves.odds
        p += forms[patterns.form[block.rows] - block.forms.start]
        top = p.max(axis=1, keepdims=True)
        p -= top
        np.exp(p, out=p)
        total = p.sum(axis=1, keepdims=True)
        p /= total
        yield block, p, (top + np.log(total))[:, 0]


def expect(patterns: Patterns, curves: LogCurves, grid: Grid) -> Expected:
    """Compute the expected counts given the curves."""
    log_likelihood = curves.constant
    statistic, administered = np.zeros_like(curves.odds), np.zeros_like(curves.wrong)
    for block, posterior, log_p in posteriors(patterns, curves, grid):
        count = patterns.count[block.rows]
        log_likelihood += float(count @ log_p)
        weighted = posterior * count[:, None]
        statistic += patterns.statistic[block.rows].astype(np.float64).T @ weighted
        of_forms = np.add.reduceat(weighted, block.first, axis=0)
        administered += patterns.forms[block.forms].astype(np.float64).T @ of_forms
    return Expected(log_likelihood, statistic, administered)
