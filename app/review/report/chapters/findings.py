"""Findings and what became of them: lead, finding, action, correction, verification, closure, each step with day and name."""

from __future__ import annotations

from app.review.report import blocks, words
from app.review.report.blocks import Block, Chapter
from app.review.report.types import ActionFacts, CorrectionFacts, FindingFacts, ReportFacts
from app.review.report.voice import Voice
from app.review.report.words import worded

PERSONAL = frozenset({"pair", "candidate"})  # a report names no candidate
Step = tuple[str, str, str, str]


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


def _finding(one: FindingFacts, facts: ReportFacts, voice: Voice) -> list[Block]:
    grade, state = worded(words.GRADES, one.grade, voice), worded(words.FINDING_STATES, one.state, voice)
    columns = [
        blocks.column(voice.say("Tanggal", "Day")),
        blocks.column(voice.say("Langkah", "Step")),
        blocks.column(voice.say("Oleh", "By")),
        blocks.column(voice.say("Apa", "What"), "wide"),
    ]
    steps = blocks.table(columns, _steps(one, facts, voice))
    about = [
        (voice.say("Mengenai", "About"), subject_of(one, voice)),
        (voice.say("Pernyataan", "Statement"), one.statement),
        (voice.say("Bukti", "Evidence"), one.evidence),
        (voice.say("Akar masalah", "Root cause"), one.root_cause or voice.say("belum dicatat", "not yet recorded")),
    ]
    if one.repeats is not None:
        about.append((voice.say("Berulang", "Repeats"), voice.say(f"temuan {one.repeats}", f"finding {one.repeats}")))
    title = voice.say(f"Temuan {one.number}: {grade}, {state}", f"Finding {one.number}: {grade}, {state}")
    return [block for block in (blocks.heading(title), blocks.facts(about), steps) if block]


def subject_of(one: FindingFacts, voice: Voice) -> str:
    if one.subject_kind in PERSONAL:
        return voice.say(
            "peserta (nama hanya dalam berkas integritas)", "candidates (named in the integrity file only)"
        )
    return one.subject


def _steps(one: FindingFacts, facts: ReportFacts, voice: Voice) -> list[Step]:
    """Lead first, closure last: the way of this finding as it was recorded."""
    say = voice.say
    steps: list[Step] = []
    if one.lead:
        rule = facts.part("leads").get("rules", {}).get(one.lead.get("rule"), {})
        told = voice.told(rule, "text") if one.subject_kind in PERSONAL else voice.told(one.lead, "text")
        steps.append(
            (voice.day(facts.review.computed_at), say("petunjuk", "lead"), say("perhitungan", "computed"), told)
        )
    steps.append(
        (voice.day(one.raised_at), say("temuan", "finding"), one.raised_by, worded(words.GRADES, one.grade, voice))
    )
    for action in one.actions:
        steps += _action(action, voice)
    for correction in facts.corrections:
        if one.subject_kind == "item" and correction.item == one.subject:
            steps += _correction(correction, voice)
    for seen in one.verifications:
        worked = say("berhasil", "it worked") if seen.effective else say("belum berhasil", "it did not work yet")
        steps.append((voice.day(seen.at), say("verifikasi", "verification"), seen.by, f"{worked}: {seen.evidence}"))
    if one.closed_at:
        steps.append((voice.day(one.closed_at), say("ditutup", "closed"), one.closed_by or "", one.closing_note or ""))
    return steps


def _action(action: ActionFacts, voice: Voice) -> list[Step]:
    kind = worded(words.ACTIONS, action.kind, voice)
    due = voice.say(f"paling lambat {voice.day(action.due_on)}", f"due {voice.day(action.due_on)}")
    owner = voice.say(f"pelaksana {action.owner}", f"owner {action.owner}")
    asked = f"{kind}: {action.description} ({owner}; {due})"
    steps = [(voice.day(action.asked_at), voice.say("tindakan korektif", "corrective action"), action.asked_by, asked)]
    if action.done_at:
        done = " ".join(filter(None, (action.done_note, action.reference and f"[{action.reference}]")))
        steps.append((voice.day(action.done_at), voice.say("dilaksanakan", "carried out"), action.done_by or "", done))
    return steps


def _correction(one: CorrectionFacts, voice: Voice) -> list[Step]:
    kind, effect = worded(words.CORRECTIONS, one.kind, voice), effect_of(one, voice)
    proposed = voice.say(f"{kind}; perkiraan akibat: {effect}", f"{kind}; expected effect: {effect}")
    steps = [(voice.day(one.proposed_at), voice.say("bagaimana jika", "what if"), one.proposed_by, proposed)]
    if one.ended_at and one.state == "applied":
        said = voice.say(f"dinilai ulang: {effect}", f"scored anew: {effect}")
        steps.append(
            (voice.day(one.ended_at), voice.say("penilaian ulang", "re-score"), ", ".join(one.approved_by), said)
        )
    return steps


def effect_of(one: CorrectionFacts, voice: Voice) -> str:
    return voice.say(
        f"{one.attempts} hasil ditinjau, {one.changed} nilai berubah, {one.raised} peserta menjadi Lulus,"
        f" {one.lowered} tidak lagi; {one.kept} hasil yang sudah dirilis tetap",
        f"{one.attempts} results looked at, {one.changed} scores changed, {one.raised} candidates now pass, {one.lowered} no longer;"
        f" {one.kept} released results were kept",
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
        blocks.column(voice.say("Soal", "Item")),
        blocks.column(voice.say("Koreksi", "Correction"), "wide"),
        blocks.column(voice.say("Keadaan", "State")),
        blocks.column(voice.say("Disetujui oleh", "Approved by")),
        blocks.column(voice.say("Akibat", "Effect"), "wide"),
    ]
    listed = blocks.table(columns, rows)
    return [blocks.heading(voice.say("Koreksi kunci", "Corrections of keys")), listed] if listed else []
