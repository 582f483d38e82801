"""Findings and what became of them: lead, finding, action, correction, verification, closure, each step with day and name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.review.findings import wording
from app.review.findings.types import Action, Finding, Verification
from app.review.report import blocks, words
from app.review.report.blocks import Block, Chapter
from app.review.report.types import CorrectionFacts, ReportFacts
from app.review.report.voice import Voice
from app.review.report.words import worded
from app.review.shown import SubjectKind

PERSONAL = frozenset({SubjectKind.PAIR, SubjectKind.CANDIDATE})  # a report names no candidate


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a finding: when, what kind, by whom, what."""

    at: datetime
    what: str
    by: str
    told: str


def findings(facts: ReportFacts, voice: Voice) -> Chapter:
    told = [block for one in facts.findings for block in _finding(one, facts, voice)]
    none = blocks.text(voice.say("Tidak ada temuan.", "There are no findings."))
    return blocks.chapter(
        voice.say("Temuan dan tindakan korektif", "Findings and corrective actions"),
        blocks.text(
            voice.say(
                "Temuan mayor: sebuah kriteria tidak dapat dipenuhi. Temuan minor: kriteria terpenuhi sebagian atau keliru diterapkan."
                " Saran perbaikan ditindaklanjuti pada kajian berikutnya. Temuan baru ditutup setelah angka periode"
                " sesudahnya membuktikan bahwa tindakannya berhasil, dan oleh orang lain daripada pelaksananya.",
                "Major: a criterion cannot be met. Minor: a criterion is met in part, or wrongly applied. Suggestions are taken up"
                " again by the next review. A finding is closed only after the figures of a later period have shown that its action"
                " worked, and by somebody else than who carried it out.",
            )
        ),
        *(told or [none]),
        *_corrections(facts, voice),
    )


def _finding(one: Finding, facts: ReportFacts, voice: Voice) -> list[Block]:
    grade, state = worded(wording.GRADES, one.mark.grade, voice), worded(wording.FINDING_STATES, one.mark.state, voice)
    columns = [
        blocks.column(voice.say("Tanggal", "Day"), 3),
        blocks.column(voice.say("Langkah", "Step"), 3),
        blocks.column(voice.say("Oleh", "By"), 3),
        blocks.column(voice.say("Apa", "What"), 9),
    ]
    steps = blocks.table(columns, _steps(one, facts, voice))
    about = [
        (voice.say("Mengenai", "About"), subject_of(one, voice)),
        (voice.say("Pernyataan", "Statement"), one.statement),
        (voice.say("Bukti", "Evidence"), one.evidence),
        (voice.say("Akar masalah", "Root cause"), one.root_cause or voice.say("belum dicatat", "not yet recorded")),
    ]
    if one.repeats:
        about.append(
            (voice.say("Berulang", "Repeats"), voice.say(f"temuan {one.repeats.no}", f"finding {one.repeats.no}"))
        )
    title = voice.say(f"Temuan {one.mark.no}: {grade}, {state}", f"Finding {one.mark.no}: {grade}, {state}")
    return [block for block in (blocks.heading(title), blocks.facts(about), steps) if block]


def subject_of(one: Finding, voice: Voice) -> str:
    if one.subject.kind in PERSONAL:
        return voice.say(
            "peserta (nama hanya dalam berkas integritas)", "candidates (named in the integrity file only)"
        )
    return one.subject.label


def _steps(one: Finding, facts: ReportFacts, voice: Voice) -> list[list[str]]:
    """The lead, then everything as it came, by the moment at which it was recorded."""
    steps = [_raised(one, voice)]
    for action in one.actions:
        steps += _action(action, voice)
    for correction in facts.corrections:
        if one.subject.kind is SubjectKind.ITEM and correction.item == one.subject.label:
            steps += _correction(correction, voice)
    for seen in one.verifications:
        steps += _verification(seen, voice)
    if one.closed_at:
        steps.append(Step(one.closed_at, voice.say("ditutup", "closed"), one.closed_by or "", one.closing_note or ""))
    told = [[voice.day(step.at), step.what, step.by, step.told] for step in sorted(steps, key=lambda step: step.at)]
    return [*_lead(one, facts, voice), *told]


def _lead(one: Finding, facts: ReportFacts, voice: Voice) -> list[list[str]]:
    """What the computation said, in the review that raised the finding."""
    if not one.lead:
        return []
    rule = facts.part("leads").get("rules", {}).get(one.lead.get("rule"), {})
    told = voice.told(rule, "text") if one.subject.kind in PERSONAL else voice.told(one.lead, "text")
    day = voice.day(facts.review.computed_at) if one in facts.own else ""
    computed = voice.say("perhitungan", "computed") + (f": {one.review[1]}" if one.review else "")
    return [[day, voice.say("tanda", "lead"), computed, told]]


def _raised(one: Finding, voice: Voice) -> Step:
    return Step(
        one.raised_at, voice.say("temuan", "finding"), one.raised_by, worded(wording.GRADES, one.mark.grade, voice)
    )


def _action(action: Action, voice: Voice) -> list[Step]:
    kind = worded(wording.ACTIONS, action.kind, voice)
    due = voice.say(f"paling lambat {voice.day(action.due_on)}", f"due {voice.day(action.due_on)}")
    owner = voice.say(f"pelaksana {action.owner}", f"owner {action.owner}")
    asked = f"{kind}: {action.description} ({owner}; {due})"
    steps = [Step(action.asked_at, voice.say("tindakan korektif", "corrective action"), action.asked_by, asked)]
    if action.done_at:
        done = " ".join(filter(None, (action.done_note, action.reference and f"[{action.reference}]")))
        steps.append(Step(action.done_at, voice.say("dilaksanakan", "carried out"), action.done_by or "", done))
    return steps


def _correction(one: CorrectionFacts, voice: Voice) -> list[Step]:
    kind, effect = worded(words.CORRECTIONS, one.kind, voice), effect_of(one, voice)
    proposed = voice.say(f"{kind}; perkiraan akibat: {effect}", f"{kind}; expected effect: {effect}")
    steps = [Step(one.proposed_at, voice.say("bagaimana jika", "what if"), one.proposed_by, proposed)]
    if one.ended_at and one.state == "applied":
        said = voice.say(f"dinilai ulang: {effect}", f"scored anew: {effect}")
        steps.append(Step(one.ended_at, voice.say("penilaian ulang", "re-score"), ", ".join(one.approved_by), said))
    return steps


def _verification(seen: Verification, voice: Voice) -> list[Step]:
    worked = (
        voice.say("berhasil", "it worked") if seen.effective else voice.say("belum berhasil", "it did not work yet")
    )
    shown_by = f" ({seen.review[1]})" if seen.review else f" ({seen.at_once})" if seen.at_once else ""
    steps = [Step(seen.at, voice.say("verifikasi", "verification"), seen.by, f"{worked}{shown_by}: {seen.evidence}")]
    if seen.taken_back_at:
        why = voice.say("kajian itu dihitung ulang atau dicabut", "that review was computed anew or withdrawn")
        steps.append(Step(seen.taken_back_at, voice.say("verifikasi ditarik", "verification taken back"), "", why))
    return steps


def effect_of(one: CorrectionFacts, voice: Voice) -> str:
    return voice.say(
        f"{one.attempts} hasil ditinjau; {one.raised} nilai naik, {one.lowered} turun; {one.to_pass} peserta menjadi Lulus,"
        f" {one.from_pass} sebaliknya (hasil yang sudah dirilis tidak diturunkan)",
        f"{one.attempts} results looked at; {one.raised} scores rise, {one.lowered} fall; {one.to_pass} candidates now pass,"
        f" {one.from_pass} the other way (released results are not lowered)",
    )


def _corrections(facts: ReportFacts, voice: Voice) -> list[Block]:
    rows = [
        [
            one.item,
            worded(words.CORRECTIONS, one.kind, voice),
            worded(words.CORRECTION_STATES, one.state, voice),
            ", ".join(one.approved_by) or "–",
            effect_of(one, voice),
        ]
        for one in facts.corrections
    ]
    columns = [
        blocks.column(voice.say("Soal", "Item"), 2),
        blocks.column(voice.say("Koreksi", "Correction"), 3),
        blocks.column(voice.say("Keadaan", "State"), 2),
        blocks.column(voice.say("Disetujui oleh", "Approved by"), 3),
        blocks.column(voice.say("Akibat", "Effect"), 6),
    ]
    listed = blocks.table(columns, rows)
    return [blocks.heading(voice.say("Koreksi kunci", "Corrections of keys")), listed] if listed else []
