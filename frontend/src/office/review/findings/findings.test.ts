import { expect, test } from "vitest";
import type { FindingRow, FindingState, FindingStory } from "../../../api/review-findings";
import { FILTERS, passes } from "./filters";
import { eventsOf } from "./timeline";

const row = (state: FindingState, members: Partial<FindingRow> = {}): FindingRow => ({ state, overdue: false, repeats: null, ...members }) as FindingRow;
const earlier = { id: "f0", no: 1, scheme: "MMu", grade: "minor", state: "closed" } as const;

test.each<[FindingRow, string[]]>([
  [row("open"), ["standing", "open"]],
  [row("acting", { overdue: true }), ["standing", "acting", "overdue"]],
  [row("verifying", { repeats: earlier }), ["standing", "verifying", "repeated"]],
  [row("closed", { repeats: earlier }), ["closed"]],
  [row("withdrawn", { overdue: true }), ["withdrawn"]],
])("a finding is counted where it belongs: %j", (one, wanted) => {
  expect(FILTERS.filter((filter) => passes(one, filter))).toEqual(wanted);
});

test("the history of a finding is told in the order in which it happened", () => {
  const story = {
    state: "closed",
    statement: "kunci keliru",
    review: { id: "r1", title: "Kajian 2026-1" },
    raised_by: "Ani",
    raised_at: "2026-03-01T00:00:00.000Z",
    closed_by: "Budi",
    closed_at: "2026-09-01T00:00:00.000Z",
    closing_note: null,
    list: [
      { asked_at: "2026-03-02T00:00:00.000Z", asked_by: "Ani", owner: { id: "p", name: "Citra" }, description: "perbaiki", done_at: "2026-03-09T00:00:00.000Z", done_by: "Citra", done_note: "sudah" },
      { asked_at: "2026-03-05T00:00:00.000Z", asked_by: "Ani", owner: { id: "q", name: "Dedi" }, description: "latih", done_at: "2026-03-07T00:00:00.000Z", done_by: "Dedi", done_note: "sudah" },
    ],
    verifications: [{ effective: true, evidence: "tidak ditandai lagi", at_once: null, review: { id: "r2", title: "Kajian 2026-2" }, by: "Budi", at: "2026-09-01T00:00:00.000Z", taken_back_at: null }],
  } as unknown as FindingStory;
  const events = eventsOf(story, { atOnce: "langsung", ownedBy: (name) => `oleh ${name}` });
  expect(events.map((one) => `${one.kind} ${one.by}`)).toEqual(["raised Ani", "asked Ani", "asked Ani", "done Dedi", "done Citra", "worked Budi", "closed Budi"]);
  expect([events[1]!.basis, events[5]!.basis]).toEqual(["oleh Citra", "Kajian 2026-2"]);
});

test("a proof whose review was reopened is told as taken back", () => {
  const proof = { effective: true, evidence: "tidak ditandai lagi", at_once: null, review: { id: "r2", title: "Kajian 2026-2" }, by: "Budi", at: "2026-09-01T00:00:00.000Z", taken_back_at: "2026-09-03T00:00:00.000Z" };
  const story = { state: "verifying", statement: "", review: null, raised_by: "Ani", raised_at: "2026-03-01T00:00:00.000Z", closed_at: null, list: [], verifications: [proof] } as unknown as FindingStory;
  const events = eventsOf(story, { atOnce: "langsung", ownedBy: (name) => name });
  expect(events.map((one) => one.kind)).toEqual(["raised", "worked", "taken-back"]);
});
