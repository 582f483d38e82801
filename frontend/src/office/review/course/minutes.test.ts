import { expect, test } from "vitest";
import type { KeptMeeting } from "../../../api/review-course";
import { differs, sent, typed } from "./minutes";

const EMPTY: KeptMeeting = { held_on: null, place: "", present: [], guests: "", minutes: "", fairness: "", validity: "", reliability: "", performance: "", next_due: null, revision: 0, quorum: 2 };

test("who writes first is offered the date by which the next review is due, and nobody else", () => {
  expect(typed(EMPTY, "2026-12-31").next_due).toBe("2026-12-31");
  expect(typed({ ...EMPTY, revision: 3 }, "2026-12-31").next_due).toBeNull();
});

test("only what a person changed is unsaved", () => {
  const begun = typed({ ...EMPTY, present: [{ id: "a", name: "Ani" }, { id: "b", name: "Budi" }] }, "2026-12-31");
  expect(differs(begun, { ...begun, present: ["b", "a"] })).toBe(false);
  expect(differs(begun, { ...begun, held_on: "" })).toBe(false);
  expect(differs(begun, { ...begun, present: ["a"] })).toBe(true);
  expect(differs(begun, { ...begun, validity: "Sahih." })).toBe(true);
  expect(sent({ ...begun, held_on: "", next_due: "" })).toMatchObject({ held_on: null, next_due: null });
});
