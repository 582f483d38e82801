"""The minutes (berita acara): what happened, and what every second of every clock was made of."""

from __future__ import annotations

from collections import Counter

from app.delivery import AttemptState, Course
from app.proctoring.papers import contents, dates, rules, words
from app.proctoring.papers.contents import Content
from app.proctoring.papers.timeline import SEATED
from app.proctoring.papers.types import ClockAccount, GrantFacts, Happening, Kind, MinutesFacts, OutageFacts

# Members of an entry that mean something to people, and how they are said.
SAID = {
    "candidates": "{} peserta",
    "epoch": "perangkat ke-{}",
    "name": "ruang {}",
    "number": "{}",
    "seconds": "{} detik",
    "words": "{}",
}


def minutes(facts: MinutesFacts) -> Content:
    zone = facts.head.sitting.zone
    told = [one for one in facts.accounts if not rules.is_plain(one)]
    return contents.sitting_head(facts.head, Kind.MINUTES) | {
        "opening": _opening(facts),
        "conduct": _conduct(facts),
        "presence": _presence(facts.head.courses),
        "absent": [contents.person(course) for course in facts.head.courses if course.started_at is None],
        "clocks": [_clocks(group, zone) for group in rules.alike(told)],
        "plain_clocks": _plain_clocks(facts, len(facts.accounts) - len(told)),
        "proof": _proof(facts.accounts),
        "outages": [_outage(one, zone) for one in facts.outages],
        "incidents": [contents.incident(one, zone) for one in facts.incidents],
        "happenings": [_happening(one, zone) for one in facts.happenings],
        "courses": [_course(course, zone) for course in facts.head.courses],
    }


def _opening(facts: MinutesFacts) -> str:
    sitting = facts.head.sitting
    day = f"{dates.weekday(sitting.opens_at, sitting.zone)}, tanggal {dates.date(sitting.opens_at, sitting.zone)}"
    return (
        f"Pada hari {day}, telah dilaksanakan ujian sertifikasi {facts.head.scheme} pada sesi {sitting.title} "
        f"({sitting.code}), dengan keterangan sebagai berikut."
    )


def _conduct(facts: MinutesFacts) -> list[list[str]]:
    sitting, zone = facts.head.sitting, facts.head.sitting.zone
    begun = [one.started_at for one in facts.accounts]
    ended = [course.submitted_at for course in facts.head.courses if course.submitted_at]
    length, sending = dates.length(sitting.duration_seconds), dates.length(sitting.transmission_seconds)
    rooms = [room.name for room in facts.head.rooms if room.name]
    return [
        ["Jadwal", dates.span(sitting.opens_at, sitting.closes_at, zone)],
        ["Cara pelaksanaan", words.word(words.MODES, sitting.mode)],
        *([["Ruang", ", ".join(rooms)]] if rooms else []),
        ["Lama ujian", f"{length}, lalu {sending} waktu kirim"],
        ["Cara mulai", words.word(words.ADMISSIONS, sitting.admission)],
        ["Peserta pertama mulai", dates.moment(min(begun), zone) if begun else "belum ada yang mulai"],
        ["Peserta terakhir selesai", dates.moment(max(ended), zone) if ended else "belum ada yang selesai"],
        ["Pengawas", ", ".join(facts.head.proctors) or "–"],
    ]


def _presence(courses: tuple[Course, ...]) -> list[list[str]]:
    came = sum(course.started_at is not None for course in courses)
    rows = [("Terdaftar", len(courses)), ("Hadir (mulai ujian)", came), ("Tidak mulai", len(courses) - came)]
    endings = Counter(course.submit_reason for course in courses if course.submit_reason)
    rows += [(f"Selesai: {words.word(words.ENDINGS, code)}", endings[code]) for code in sorted(endings)]
    states = Counter(course.state for course in courses)
    going = (AttemptState.RUNNING, AttemptState.PAUSED, AttemptState.VOID)
    rows += [(words.STATES[state].capitalize(), states[state]) for state in going if states[state]]
    return [[name, str(count)] for name, count in rows]


def _clocks(group: list[ClockAccount], zone: str) -> Content:
    """Clocks made of the same parts, as a sum that can be checked with a pencil."""
    first = group[0]
    parts = [["Lama ujian", "", _signed(first.duration_seconds)]]
    parts += [
        [words.word(words.GRANTS, grant.kind), _reason(grant, zone), _signed(grant.seconds)] for grant in first.grants
    ]
    return {
        "parts": parts,
        "total": dates.length(first.duration_seconds + first.granted_seconds),
        "members": [_member(one, zone) for one in group],
    }


def _member(one: ClockAccount, zone: str) -> list[str]:
    standing = one.course.paused_at
    return [
        contents.person(one.course),
        dates.clock(one.started_at, zone),
        dates.clock(one.reckoned_at, zone),
        dates.clock(one.closes_at, zone),
        _seconds(one.difference.total_seconds()),
        f"jam berhenti sejak {dates.clock(standing, zone)}" if standing else _ending(one.course, zone),
    ]


def _plain_clocks(facts: MinutesFacts, count: int) -> str:
    if not count:
        return ""
    sitting = facts.head.sitting
    length, sending = dates.length(sitting.duration_seconds), dates.length(sitting.transmission_seconds)
    return f"{count} peserta memakai waktu sesi tanpa tambahan: mulai + {length} + {sending} waktu kirim = batas waktu."


def _proof(clocks: tuple[ClockAccount, ...]) -> Content:
    """The sum over all clocks: nothing was given that is not written down, nothing written down was not given."""
    length = sum((one.closes_at - one.started_at).total_seconds() for one in clocks)
    duration, granted = sum(one.duration_seconds for one in clocks), sum(one.granted_seconds for one in clocks)
    return {
        "clocks": str(len(clocks)),
        "length": _seconds(length),
        "duration": _seconds(duration),
        "granted": _seconds(granted),
        "difference": _seconds(length - duration - granted),
        "right": all(not one.difference for one in clocks),
    }


def _reason(grant: GrantFacts, zone: str) -> str:
    if grant.kind == rules.TRANSMISSION:
        return "untuk jawaban yang masih dalam perjalanan"
    by = f"oleh {grant.granted_by}, " if grant.granted_by else ""
    return f"{grant.reason} ({by}{dates.clock(grant.granted_at, zone)})"


def _signed(seconds: int) -> str:
    return dates.length(seconds) if seconds < 0 else f"+ {dates.length(seconds)}"


def _seconds(seconds: float) -> str:
    """`7.510 detik`: whole where it is whole, as it should be everywhere."""
    figures = f"{seconds:,.0f}" if seconds == int(seconds) else f"{seconds:,.3f}"
    return figures.translate(str.maketrans(",.-", ".,−")) + " detik"


def _outage(one: OutageFacts, zone: str) -> list[str]:
    begun = f"{dates.moment(one.frozen_at, zone)}, oleh {one.frozen_by}"
    if one.since:
        begun += f"; gangguan sejak {dates.clock(one.since, zone)}"
    ended = f"{dates.moment(one.resumes_at, zone)}, oleh {one.thawed_by}" if one.resumes_at else "masih dibekukan"
    return [one.room or "seluruh sesi", one.reason, begun, ended]


def _happening(one: Happening, zone: str) -> Content:
    said = [contents.person(one.course)] if one.course else []
    said += [one.about] if one.about else []
    said += _seats(one) if one.action == SEATED else _facts(one)
    said += [words.word(words.REASONS, one.reason)] if one.reason else []
    return {
        "at": dates.clock(one.at, zone),
        "day": dates.date(one.at, zone),
        "what": words.word(words.ACTIONS, one.action),
        "detail": "; ".join(said),
        "who": one.actor or "sistem",
    }


def _facts(one: Happening) -> list[str]:
    known = one.course.number if one.course else None
    return [text.format(one.facts[key]) for key, text in SAID.items() if key in one.facts and one.facts[key] != known]


def _seats(one: Happening) -> list[str]:
    """Rooms are told by the happening itself; here the seats."""
    (_, old), (_, new) = one.facts["from"], one.facts["to"]
    return [f"kursi {old or '–'} → {new or '–'}"]


def _course(course: Course, zone: str) -> list[str]:
    times = (course.admitted_at, course.started_at, course.submitted_at)
    shown = [dates.clock(at, zone) if at else "–" for at in times]
    return [course.seat or "", course.number, course.name, *shown, _how(course)]


def _how(course: Course) -> str:
    if course.submit_reason:
        return words.word(words.ENDINGS, course.submit_reason)
    return words.word(words.STATES, course.state)


def _ending(course: Course, zone: str) -> str:
    at = f", {dates.clock(course.submitted_at, zone)}" if course.submitted_at else ""
    return f"{_how(course)}{at}"
