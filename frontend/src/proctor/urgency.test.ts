import { expect, test } from "vitest";
import type { BoardCandidate } from "../api/staff";
import { isSilent, stillBusy, urgency } from "./urgency";

const NOW = Date.parse("2026-11-21T03:42:17.000Z");
const ago = (seconds: number): string => new Date(NOW - seconds * 1_000).toISOString();
const running: BoardCandidate = {
  attempt_id: "a", number: "MMU-26-10001", name: "Ayu", seat: "A1", state: "running", phase: "running", answered: 3, items: 100, note_until: null,
  started_at: ago(600), ends_at: ago(-600), last_contact_at: ago(5), last_saved_at: ago(9), epoch: 1, late: 0, device_request: null,
};

test("a running candidate is silent after 45 seconds without contact, and nobody else is", () => {
  expect(isSilent({ ...running, last_contact_at: ago(45) }, NOW)).toBe(false);
  expect(isSilent({ ...running, last_contact_at: ago(46) }, NOW)).toBe(true);
  expect(isSilent({ ...running, last_contact_at: null }, NOW)).toBe(true);
  expect(isSilent({ ...running, phase: "submitted", last_contact_at: ago(900) }, NOW)).toBe(false);
});

test("who is running unheard of comes first, then who asks for a device, then who waits at the door", () => {
  const silent = { ...running, last_contact_at: ago(60) };
  const device = { ...running, device_request: { requested_at: ago(3), address: "10.0.0.9", agent: "" } };
  const waiting = { ...running, phase: "waiting-admission", last_contact_at: ago(8), started_at: null };
  const absent = { ...waiting, last_contact_at: null };
  const ranks = [silent, device, waiting, absent, running].map((one) => urgency(one, NOW));
  expect(ranks).toEqual([3, 2, 1, 0, 0]);
});

test("a device is busy while its last word is at most 20 seconds old", () => {
  expect(stillBusy({ ...running, last_contact_at: ago(20) }, NOW)).toBe(20);
  expect(stillBusy({ ...running, last_contact_at: ago(21) }, NOW)).toBeNull();
  expect(stillBusy({ ...running, last_contact_at: null }, NOW)).toBeNull();
});
