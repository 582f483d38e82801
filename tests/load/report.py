"""Figures of a level: for people a few lines and a table in the page about performance, for programs a line of JSON."""

from __future__ import annotations

import os
import platform
import resource
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from tests.load.lag import lags
from tests.load.levels import FLOOR, Level
from tests.load.watch import Watch

if TYPE_CHECKING:
    from tests.load.run import Outcome

FULL_CORE = 0.9
FULL_MACHINE = 0.9
KEPT_UP = 0.98  # of the offered saves, acknowledged within a second
QUANTILES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))


def milliseconds(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {name: ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for name, share in QUANTILES}


def figures_of(level: Level, seen: dict[str, Any], watch: Watch) -> dict[str, float]:
    """Everything that a bound can name."""
    figures: dict[str, float] = {}
    verbs = {verb: [took for _, took in times] for verb, times in seen["times"].items()}
    for verb, times in (verbs | {"all": [took for times in verbs.values() for took in times]}).items():
        figures |= {f"{verb} {name} ms": value for name, value in milliseconds(times).items()}
    planned = seen["planned"]
    asked_to_start = planned.get("start", 0)
    statuses: dict[str, int] = seen["statuses"]
    quarter = watch.memory_mb[len(watch.memory_mb) // 4] if watch.memory_mb else 0.0
    return figures | {
        "started %": 100 * len(verbs.get("start", [])) / asked_to_start if asked_to_start else 100,
        "unanswered": sum(planned.values()) - sum(map(len, verbs.values())) + seen["unfinished"],
        "put off": seen["put_off"],
        "unavailable": sum(count for key, count in statuses.items() if key.endswith(" 503")),
        "errors": sum(count for key, count in statuses.items() if _is_error(key)) + seen["without_retry_after"],
        "memory growth %": 100 * (watch.memory_mb[-1] / quarter - 1) if quarter else 0,
        "generator late p99 ms": milliseconds(seen["late"])["p99"] if seen["late"] else 0,
    }


def board_figures(seen: dict[str, Any], watch: Watch) -> dict[str, float]:
    """What the proctors saw, and when."""
    board = seen["board"]
    found, unseen = lags(seen["promises"], board["screens"])
    cpu = sum(watch.level_cpu[name] for name in ("server", "postgres", "worker"))
    handed_in = len(seen["times"].get("submit", []))
    return {f"lag {name} ms": value for name, value in milliseconds(found or [float("inf")]).items()} | {
        "unseen": unseen,
        "boards": board["boards"],
        "board KB": board["bytes"] / max(board["boards"], 1) / 1000,
        "broken streams": len(board["broken"]),
        "CPU ms per exam": 1000 * cpu / handed_in if handed_in else 0,
        "CPU us per event": 1e6 * cpu / max(sum(map(len, seen["times"].values())), 1),
    }


def besides(outcome: Outcome) -> list[str]:
    """What only this kind of level has to say."""
    figures, seen, said = outcome.figures, outcome.seen, []
    if outcome.level.proctors:
        lag = " · ".join(f"{figures[f'lag {name} ms']:.0f}" for name in ("p50", "p99", "max"))
        said.append(
            f"board behind by {lag} ms (p50 · p99 · max) on {outcome.level.proctors} streams, {figures['unseen']:.0f} acknowledgements "
            f"never shown; CPU per {_what_cpu_was_spent_on(figures)}"
        )
    if outcome.level.may_be_unavailable:
        said.append(
            f"{figures['unavailable']:.0f} times 503 with Retry-After, to {seen['put_off']} saves; "
            f"{seen['put_off_and_done']} of them stored afterwards"
        )
    return said


def _what_cpu_was_spent_on(figures: Mapping[str, float]) -> str:
    if figures["CPU ms per exam"]:
        return f"exam {figures['CPU ms per exam']:.1f} ms"
    return f"event {figures['CPU us per event']:.0f} us"


def _is_error(key: str) -> bool:
    """Neither a yes nor "come again": a refusal here is a fault, since nobody asks for what they may not have."""
    return int(key.rpartition(" ")[2]) not in (200, 204, 503)


def sustained(level: Level, seen: dict[str, Any]) -> float:
    """The highest rate of offered saves with which the server kept up."""
    best = 0.0
    for number in range(len(level.rates)):
        offered, rate, timely = step(level, seen, number)
        if timely >= KEPT_UP * offered:
            best = max(best, rate)
    return best


def step(level: Level, seen: dict[str, Any], number: int) -> tuple[int, float, int]:
    """Of one step of a ramp: saves that were offered, the rate of that, and how many were acknowledged within a second."""
    first = 2 + number * level.step_seconds
    took = [took for due, took in seen["times"].get("save", []) if first <= due < first + level.step_seconds]
    return len(took), len(took) / level.step_seconds, sum(one <= 1.0 for one in took)


OTHER_FILES = 500  # of a process, besides its lines


def reason(watch: Watch, lines: int) -> str:
    """What was at its limit: open files, or what the shares of the processors and what waited say. `lines` were opened in all."""
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files != resource.RLIM_INFINITY and lines + OTHER_FILES >= files:
        return f"{lines} lines (two for each candidate), and a process here may open no more than {files} files"
    busiest = max(watch.peaks, key=lambda name: watch.peaks[name], default="")
    if sum(watch.shares.values()) > FULL_MACHINE:
        return "the processors are full: " + shares(watch)
    if busiest and watch.peaks[busiest] > FULL_CORE:
        return f"{busiest} fills {watch.peaks[busiest]:.2f} cores at its peak"
    if watch.most_in_accept_queue > 1000:
        return f"{watch.most_in_accept_queue} connections waited to be accepted"
    waits = ", ".join(f"{name} {count / max(watch.samples, 1):.1f}" for name, count in watch.waits.most_common(3))
    return f"nothing is full; statements under way at a time: {waits or 'none'}"


def shares(watch: Watch) -> str:
    parts = [f"{name} {100 * share:.0f} %" for name, share in watch.shares.items()]
    return ", ".join(parts) + f" of {os.cpu_count()} cores"


def unusual(seen: dict[str, Any]) -> dict[str, int]:
    return {key: count for key, count in seen["statuses"].items() if not key.endswith(" 200")}


def hardware() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def lines_of(outcome: Outcome) -> list[str]:
    """For people: the level, its times, what limited it, and what the database said."""
    figures, watch, seen = outcome.figures, outcome.watch, outcome.seen
    verdict = "pass" if not outcome.failures else "FAIL: " + "; ".join(outcome.failures)
    said = [
        f"{outcome.name}  {outcome.level.says}",
        f"  {verdict}",
        f"  {'':10}{'count':>9}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9} ms",
    ]
    for verb, times in seen["times"].items():
        cells = "".join(f"{figures[f'{verb} {name} ms']:>9.1f}" for name, _ in QUANTILES)
        said.append(f"  {verb:10}{len(times):>9}{cells}")
    for number, rate in enumerate(outcome.level.rates):
        offered, _, timely = step(outcome.level, seen, number)
        said.append(f"  {rate:>7g} saves/s offered: {timely} of {offered} acknowledged within a second")
    memory = f"server {watch.memory_mb[0]:.0f} -> {watch.memory_mb[-1]:.0f} MB" if watch.memory_mb else ""
    said.append(f"  {shares(watch)}; peak of the server {watch.peaks.get('server', 0):.2f} cores; {memory}")
    said.append(
        f"  {seen['acks']} saves acknowledged, {figures['lost']:.0f} lost; {figures['violations']:.0f} violations; "
        f"{figures['errors']:.0f} errors, {figures['unavailable']:.0f} times 503; {figures['leaked']:.0f} leaked connections"
    )
    said.append(
        f"  at most {seen['most_waiting']} requests under way, {watch.most_in_accept_queue} connections not yet accepted; "
        f"the generator itself was late by {figures['generator late p99 ms']:.1f} ms (p99)"
    )
    said += [f"  {one}" for one in besides(outcome)]
    if outcome.failures:
        said.append(f"  {outcome.reason}; statuses {unusual(seen)}")
    return said + [f"  {one}" for one in (outcome.lost + outcome.violations)[:10]]


def record_of(outcome: Outcome) -> dict[str, Any]:
    """For programs."""
    return {
        "level": outcome.name,
        "says": outcome.level.says,
        "gate": "; ".join(outcome.failures) or "pass",
        "seed": outcome.seed,
        "hardware": hardware(),
        "log_ins": outcome.level.seating.value,
        "transport": "ws" if outcome.level.sockets else "http",
        "counts": {verb: len(times) for verb, times in outcome.seen["times"].items()},
        "statuses": outcome.seen["statuses"],
        "figures": {name: round(value, 2) for name, value in outcome.figures.items()},
        "cpu_shares": {name: round(share, 3) for name, share in outcome.watch.shares.items()},
        "peaks_in_cores": {name: round(peak, 2) for name, peak in outcome.watch.peaks.items()},
        "most_in_flight": outcome.seen["most_waiting"],
        "limit": outcome.reason,
    }


def page_of(outcomes: list[Outcome], size: str) -> list[str]:
    """The table of this run, as it stands in the page about performance."""
    lines = [
        f"Measured on {date.today().isoformat()}: {hardware()}; seed {outcomes[0].seed}{size}. Times in ms, from the intended moment.",
        "",
        "| level | simulated | saves | save p50 | p95 | p99 | max | start p99 | CPU server · PostgreSQL · generator | lost | besides | verdict |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in outcomes:
        figures, shared = one.figures, one.watch.shares
        times = [f"{figures[key]:.1f}" if (key := f"save {name} ms") in figures else "" for name, _ in QUANTILES]
        start = f"{figures['start p99 ms']:.0f}" if "start p99 ms" in figures else ""
        cpu = " · ".join(f"{100 * shared[name]:.0f} %" for name in ("server", "postgres", "generator"))
        cells = [
            one.name,
            one.level.says,
            one.seen["acks"],
            *times,
            start,
            cpu,
            len(one.lost),
            "; ".join(besides(one)),
            "; ".join(one.failures) or "pass",
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return [*lines, "", *breaking_point(outcomes)]


def breaking_point(outcomes: list[Outcome]) -> list[str]:
    """How many candidates the machine carries, and why not more."""
    steps = sorted((one for one in outcomes if one.level.id == "break"), key=lambda one: one.level.candidates)
    if not steps:
        return []
    carried = max((one.level.candidates for one in steps if not one.failures), default=0)
    said = f"**{carried} candidates** are carried with a p99 of saves under 100 ms (the floor is {FLOOR})."
    failed = [one for one in steps if one.failures and one.level.candidates > carried]
    if failed:
        said += f" At {failed[0].level.candidates} it breaks ({'; '.join(failed[0].failures)}): {failed[0].reason}."
    else:
        said += f" More were not tried; at this number {steps[-1].reason}."
    return [said]
