import { expect, test } from "vitest";
import type { BoardCandidate } from "../api/board";
import { rank, reasons, standing, stillBusy, type Kind } from "./urgency";

const NOW = Date.parse("2026-11-21T03:42:17.000Z");
const ago = (seconds: number): string => new Date(NOW - seconds * 1_000).toISOString();
const running: BoardCandidate = {
  attempt_id: "a", number: "MMU-26-10001", name: "Ayu", seat: "A1", room_id: null, state: "running", phase: "running", answered: 70, items: 100,
  started_at: ago(600), ends_at: ago(-6_000), last_contact_at: ago(5), last_saved_at: ago(9), epoch: 1, late: 0, paused_at: null, paused_for: null, resumes_at: null,
  note_until: null, device: null, device_request: null, incidents: 0,
};
const waiting: BoardCandidate = { ...running, phase: "waiting-admission", state: "assigned", started_at: null, ends_at: null, last_saved_at: null, answered: 0 };
const thresholds = { silent_seconds: 45, unsaved_minutes: 10, late_minutes: 15, low_percent: 60, low_minutes: 30 };
const rules = { thresholds, opens_at: ago(600), time_requests: [] };
const kinds = (candidate: BoardCandidate, changed: Partial<typeof rules> = {}): Kind[] => reasons(candidate, { ...rules, ...changed }, NOW).map((one) => one.kind);

test.each<[string, Partial<BoardCandidate>, Kind[]]>([
  ["nothing is the matter", {}, []],
  ["45 s of silence are three missed words", { last_contact_at: ago(45) }, []],
  ["one more second is silence", { last_contact_at: ago(46) }, ["silent"]],
  ["never heard of since the start", { last_contact_at: null }, ["silent"]],
  ["who handed in may be silent", { phase: "submitted", last_contact_at: ago(900) }, []],
  ["who is paused may be silent", { phase: "paused", last_contact_at: ago(900) }, []],
  ["10 minutes without an answer", { last_saved_at: ago(600) }, []],
  ["one second more", { last_saved_at: ago(601) }, ["unsaved"]],
  ["no answer since the start", { last_saved_at: null, started_at: ago(601), answered: 0 }, ["unsaved"]],
  ["who has answered all only reads", { last_saved_at: ago(601), answered: 100 }, []],
  ["60 % in the last half hour", { ends_at: ago(-1_799), answered: 60 }, []],
  ["less than that", { ends_at: ago(-1_799), answered: 59 }, ["low"]],
  ["less than that, half an hour before", { ends_at: ago(-1_800), answered: 59 }, []],
  ["another computer asks", { device_request: { requested_at: ago(3), address: "10.0.0.9", agent: "" } }, ["device"]],
  ["a call for help", { help: [{ id: "h", need: "computer", called_at: ago(20) }] }, ["help"]],
  ["an open incident", { incidents: 1 }, ["incident"]],
  ["something was noticed", { signals: [{ kind: "copy", times: 1, seconds: 0 }] }, ["signal"]],
  ["something was noticed of an exam that is over", { phase: "submitted", signals: [{ kind: "copy", times: 1, seconds: 0 }] }, []],
])("%s", (_, changed, expected) => expect(kinds({ ...running, ...changed })).toEqual(expected));

test.each<[string, Partial<BoardCandidate>, number, Kind[]]>([
  ["at the door", { last_contact_at: ago(8) }, 600, ["door"]],
  ["not there yet", { last_contact_at: null }, 900, []],
  ["not there a quarter of an hour after the start", { last_contact_at: null }, 901, ["late"]],
  ["let in, and not started", { phase: "ready" }, 901, ["late"]],
  ["at the door and late", { last_contact_at: ago(8) }, 901, ["door", "late"]],
  ["marked as absent", { last_contact_at: ago(90), absent_at: ago(60) }, 901, []],
  ["marked as absent, and at the door after all", { last_contact_at: ago(8), absent_at: ago(60) }, 901, ["door"]],
])("before the start: %s", (_, changed, opened, expected) => expect(kinds({ ...waiting, ...changed }, { opens_at: ago(opened) })).toEqual(expected));

test("a threshold of 0 is off", () => {
  const off = { silent_seconds: 0, unsaved_minutes: 0, late_minutes: 0, low_percent: 0, low_minutes: 0 };
  const troubled = { ...running, last_contact_at: null, last_saved_at: ago(3_000), ends_at: ago(-60), answered: 1 };
  expect(kinds(troubled)).toEqual(["silent", "unsaved", "low"]);
  expect(kinds(troubled, { thresholds: off })).toEqual([]);
});

test("a call comes before silence, silence before a device, a device before a grant, and all before a row without a reason", () => {
  const called = { ...running, last_contact_at: null, help: [{ id: "h", need: "computer", called_at: ago(20) }] };
  const device = { ...running, device_request: { requested_at: ago(3), address: "10.0.0.9", agent: "" } };
  const asked = { ...rules, time_requests: [{ attempt_id: "a" }] };
  const ranks = [
    rank(reasons(called, rules, NOW)),
    rank(reasons({ ...running, last_contact_at: null }, rules, NOW)),
    rank(reasons(device, rules, NOW)),
    rank(reasons(running, asked, NOW)),
    rank(reasons(running, rules, NOW)),
  ];
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  expect(new Set(ranks).size).toBe(5);
});

test("what was noticed comes after all that needs a hand", () => {
  const noticed = { ...running, signals: [{ kind: "copy", times: 9, seconds: 0 }] };
  const low = { ...running, ends_at: ago(-60), answered: 1 };
  for (const other of [{ ...running, last_contact_at: null }, { ...running, incidents: 1 }, low]) {
    expect(rank(reasons(other, rules, NOW))).toBeLessThan(rank(reasons(noticed, rules, NOW)));
  }
  expect(kinds({ ...noticed, last_contact_at: null })).toEqual(["silent", "signal"]);
});

test("who is marked as absent is counted as that, whatever the phase", () => {
  expect(standing({ ...waiting, absent_at: ago(60) })).toBe("absent");
  expect(standing(waiting)).toBe("waiting-admission");
});

test("how long is said", () => expect(reasons({ ...running, last_contact_at: ago(80) }, rules, NOW)).toEqual([{ kind: "silent", value: 80 }]));

test("a device is busy while its last word is at most 20 seconds old", () => {
  expect(stillBusy({ ...running, last_contact_at: ago(20) }, NOW)).toBe(20);
  expect(stillBusy({ ...running, last_contact_at: ago(21) }, NOW)).toBeNull();
  expect(stillBusy({ ...running, last_contact_at: null }, NOW)).toBeNull();
});
