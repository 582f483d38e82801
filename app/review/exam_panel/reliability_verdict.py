"""Is the exam reliable enough? The verdict goes by the lower end of the interval."""

from __future__ import annotations

import math

from app.review.exam_panel.blocks import Said, both, said
from app.review.exam_panel.pace import Pace
from app.review.exam_panel.reliability import Precision, name_of, shown
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, Kind, Lead, Strength, Subject, SubjectKind


def judged(now: Precision, window: Precision, method: ReviewMethod, pace: Pace) -> tuple[str, Said, list[Lead]]:
    """Only an interval that lies below the least raises a lead, so that chance raises one in no more than `rate` of the exams that
    are just good enough."""
    low, least = now.reliability.low, method.reliability_least
    if now.n < method.least_n_exam or low is None:
        return "few", _too_few(now, window, method, pace), []
    found = shown(name_of(now), now, method)
    if low >= least:
        return "none", _reliable(found, least), []
    if now.surely_below is None or now.surely_below >= least:
        return "few", _undecided(now, found, least), []
    text, high = _unreliable(found, least), now.reliability.high
    strength = Strength.STRONG if high is not None and high < least else Strength.EXPERT
    subject = Subject(SubjectKind.EXAM, "", "Ujian")
    return strength, text, [Lead("low-reliability", subject, strength, text["text_id"], text["text_en"], [found])]


def _reliable(found: Figure, least: float) -> Said:
    least_id, least_en = both(least, Kind.COEFFICIENT)
    return said(
        f"Nilai dapat diandalkan: keandalan {found['text_id']} ({found['range_id']}), seluruh selangnya tidak di bawah {least_id}.",
        f"Scores can be relied upon: reliability {found['text_en']} ({found['range_en']}), all of its interval at {least_en} or"
        " above.",
    )


def _unreliable(found: Figure, least: float) -> Said:
    least_id, least_en = both(least, Kind.COEFFICIENT)
    return said(
        f"Keandalan {found['text_id']} ({found['range_id']}) di bawah {least_id}: hasil banyak peserta bergantung pada kebetulan soal"
        " yang diterima.",
        f"Reliability {found['text_en']} ({found['range_en']}) is below {least_en}: many results depend on which items a candidate"
        " happened to get.",
    )


def _undecided(now: Precision, found: Figure, least: float) -> Said:
    least_id, least_en = both(least, Kind.COEFFICIENT)
    n = _enough(now, least)
    more_id = f"; perlu sekitar {n} peserta untuk memastikannya" if n else ""
    more_en = f"; about {n} candidates are needed to be sure" if n else ""
    return said(
        f"Keandalan {found['text_id']} ({found['range_id']}): belum dapat dipastikan di atas atau di bawah {least_id}"
        f" (n = {now.n}{more_id}).",
        f"Reliability {found['text_en']} ({found['range_en']}): it cannot be told yet whether {least_en} is reached"
        f" (n = {now.n}{more_en}).",
    )


def _too_few(now: Precision, window: Precision, method: ReviewMethod, pace: Pace) -> Said:
    least = method.least_n_exam
    if now.n >= least:
        return said(
            "Keandalan tidak dapat dihitung dari nilai-nilai ini.", "Reliability cannot be computed from these scores."
        )
    if window.n < least:
        beside_id, beside_en = pace.when(window.n, least)
    else:
        pooled = shown(name_of(window), window, method)
        beside_id = f"untuk seluruh jendela {pooled['text_id']} ({pooled['range_id']})"
        beside_en = f"over the whole window it is {pooled['text_en']} ({pooled['range_en']})"
    return said(
        f"Keandalan periode ini belum dihitung (n = {now.n}, perlu {least}); {beside_id}.",
        f"The reliability of this period is not computed yet (n = {now.n}, {least} needed); {beside_en}.",
    )


def _enough(now: Precision, least: float) -> int | None:
    """How many candidates make the interval so narrow that it lies above the least; None where the value itself does not."""
    value, low = now.reliability.value, now.reliability.low
    if value is None or low is None or value <= least or value >= 1.0:
        return None
    wide, allowed = math.log((1 - low) / (1 - value)), math.log((1 - least) / (1 - value))
    return math.ceil(now.n * (wide / allowed) ** 2 / 10) * 10
