"""How long items took, as far as the times of saving can tell. Pure.

What is known is when a change was saved. The time since the change before it went into the item that was changed: into reading it,
thinking, and choosing. An item to which somebody came back has all of its stretches. Nothing is known of

- changes that arrived together (a line that was dead kept them back), and of the stretch after them, of which a part was theirs;
- a stretch during which the clock stood (a pause, an outage);
- what came in by a rescue file.

An item that was looked at and left blank has no time of its own: it lies in the next one's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DIGITS = 1  # of seconds: what travels over a network has no finer time


@dataclass(frozen=True, slots=True)
class Saves:
    """Changes of the attempts of one sitting, a row each; times in seconds since one instant."""

    attempt: NDArray[np.int32]
    position: NDArray[np.int32]
    at: NDArray[np.float64]
    live: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Breaks:
    """When a clock that had stood went on."""

    attempt: NDArray[np.int32]
    at: NDArray[np.float64]


def durations(saves: Saves, started: NDArray[np.float64], breaks: Breaks, positions: int) -> NDArray[np.float32]:
    """(attempts, positions) seconds: NaN where unknown, 0 where nothing was saved. `started`: of each attempt."""
    order = np.lexsort((saves.position, saves.at, saves.attempt))
    attempt, position, at = saves.attempt[order], saves.position[order] - 1, saves.at[order]
    gap = _gaps(attempt, at, started)
    gap[~saves.live[order] | (gap < 0) | _stood(attempt, at, gap, breaks)] = np.nan
    seconds = np.zeros((len(started), positions))
    np.add.at(seconds, (attempt, position), gap)
    return seconds.round(DIGITS).astype(np.float32)


def _gaps(attempt: NDArray[np.int32], at: NDArray[np.float64], started: NDArray[np.float64]) -> NDArray[np.float64]:
    """Since the save before, or the start; NaN where several came at once, and for the one after them."""
    own = np.diff(attempt, prepend=-1) == 0
    gap = np.where(own, np.diff(at, prepend=0.0), at - started[attempt])
    with_last = own & (gap == 0)
    together = with_last | np.append(with_last[1:], False)
    after = own & ~with_last & np.append(False, together[:-1])
    gap[together | after] = np.nan
    return gap


def _stood(
    attempt: NDArray[np.int32], at: NDArray[np.float64], gap: NDArray[np.float64], breaks: Breaks
) -> NDArray[np.bool_]:
    """The stretches in which a clock went on again: it stood before that. Breaks are few."""
    stood = np.zeros(len(attempt), dtype=bool)
    for who, when in zip(breaks.attempt.tolist(), breaks.at.tolist(), strict=True):
        stood |= (attempt == who) & (at >= when) & (at - np.nan_to_num(gap) < when)
    return stood
