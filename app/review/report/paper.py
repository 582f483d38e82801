"""The report of a review as content for the press: chapters of blocks, every word and figure written out. Pure."""

from __future__ import annotations

from typing import Any, Final

from app.proctoring import papers
from app.proctoring.papers import ENGLISH_TITLES, TITLES, Kind
from app.review.report import blocks, words
from app.review.report.chapters import closing, exam
from app.review.report.chapters.findings import findings
from app.review.report.chapters.integrity import integrity
from app.review.report.chapters.items import all_items, items
from app.review.report.chapters.summary import summary
from app.review.report.types import ReportFacts
from app.review.report.voice import Voice
from app.review.report.words import worded

Content = dict[str, Any]
EDITION: Final = "01"
ZONE: Final = papers.BODY_ZONE
CHAPTERS: Final = (
    summary,
    exam.results,
    exam.precision,
    exam.forms,
    exam.fairness,
    items,
    integrity,
    findings,
    closing.limits,
    closing.method,
    closing.evidence_map,
)


def report(facts: ReportFacts, voice: Voice) -> Content:
    """All but the document control, which counts the prints."""
    review = facts.review
    chapters = [make(facts, voice) for make in CHAPTERS]
    annex = all_items(facts, voice)
    names = blocks.definitions_of([*chapters, annex])
    return {
        "lang": voice.lang,
        "title": (TITLES if voice.lang == "id" else ENGLISH_TITLES)[Kind.REVIEW],
        "body": review.body,
        "scheme": voice.say(
            f"{review.scheme_title} ({review.scheme_code}, edisi {review.scheme_version_no})",
            f"{review.scheme_title} ({review.scheme_code}, edition {review.scheme_version_no})",
        ),
        "review": review.title,
        "period": voice.say("Periode ", "Period ") + voice.days(review.period_from, review.period_to),
        "chapters": [*chapters, closing.terms(names, facts, voice), closing.signing(facts, voice), annex],
    }


def control(facts: ReportFacts, voice: Voice, *, revision: int) -> Content:
    """Document control, as the bodies of the field number their papers. A draft is no controlled document."""
    review = facts.review
    status = (
        voice.say("TERKENDALI", "CONTROLLED")
        if review.decided
        else voice.say("DRAF, BELUM DIPUTUSKAN", "DRAFT, NOT DECIDED")
    )
    number = f"KVU-{review.scheme_code}-{review.period_to.year}-{review.ordinal:02d}"
    state = worded(words.STATES, review.state, voice)
    return {
        "number": number,
        "edition": EDITION,
        "revision": f"{revision:02d}",
        "status": status,
        "facts": [
            [voice.say("Nomor", "Number"), number],
            [voice.say("Edisi / revisi", "Edition / revision"), f"{EDITION} / {revision:02d}"],
            [voice.say("Keadaan kajian", "State of the review"), state],
            [voice.say("Status dokumen", "Document status"), status],
        ],
    }
