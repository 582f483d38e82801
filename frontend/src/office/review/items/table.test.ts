import { expect, test } from "vitest";
import type { Decided, ItemRow } from "../../../api/review-items";
import { chosen, EVERYTHING, newestOf, queryOf, unpacked } from "./table";

const row = (code: string, more: Partial<ItemRow> = {}): ItemRow => ({
  id: code, code, kuk: "1.1", unit: "MM 1", state: "active", void: false, standard: true, n: 200, right: 140, n_now: 100, right_now: 70, remarks: 0, signs: [],
  verdict: "no-sign", year: 2026, p: [0.7, "70,0 %", "70.0 %", "63,3 % sampai 75,9 %", "63.3 % to 75.9 %"], p_now: null,
  rest: [null, "belum cukup data", "not enough data yet"], d27: [0.4, "0,40", "0.40", "", ""], change: [null, "baru satu periode", "only one period"], ...more,
});
const decided = (item: string, decision: Decided["decision"]): Decided => ({ item, decision, note: "catatan", by: "A", at: "2026-11-22T00:00:00Z" });
const nothing = () => undefined;
const codes = (rows: ItemRow[]): string[] => rows.map((one) => one.code);

test("the worst stand first, and what has more signs before what has fewer", () => {
  const rows = [row("A-2"), row("A-10", { verdict: "strong-problem", signs: ["leak"] }), row("A-1"), row("A-3", { verdict: "strong-problem", signs: ["mis-key", "below-guessing"] })];
  expect(codes(chosen(rows, EVERYTHING, nothing))).toEqual(["A-3", "A-10", "A-1", "A-2"]);
});

test("what is not known stands last, whichever way the table is sorted", () => {
  const rows = [row("A", { rest: [null, "x", "x"] }), row("B", { rest: [0.1, "0,10", "0.10", "", ""] }), row("C", { rest: [0.3, "0,30", "0.30", "", ""] })];
  expect(codes(chosen(rows, { ...EVERYTHING, by: "rest", down: false }, nothing))).toEqual(["B", "C", "A"]);
  expect(codes(chosen(rows, { ...EVERYTHING, by: "rest", down: true }, nothing))).toEqual(["C", "B", "A"]);
});

test("items are found by code, sign, state and by what is left to decide", () => {
  const rows = [row("MMU-1"), row("MMU-2", { signs: ["leak"], state: "suspended" }), row("MMU-3", { signs: ["mis-key"] })];
  const decisionOf = (id: string) => (id === "MMU-3" ? ("revise" as const) : undefined);
  const by = (query: object): string[] => codes(chosen(rows, { ...EVERYTHING, ...query, by: "code", down: false }, decisionOf));
  expect(by({ search: "mu-2" })).toEqual(["MMU-2"]);
  expect(by({ sign: "any" })).toEqual(["MMU-2", "MMU-3"]);
  expect(by({ sign: "none" })).toEqual(["MMU-1"]);
  expect(by({ sign: "leak", state: "active" })).toEqual([]);
  expect(by({ sign: "any", decision: "none" })).toEqual(["MMU-2"]);
  expect(by({ decision: "revise" })).toEqual(["MMU-3"]);
});

test("the newest decision of an item counts", () => {
  const newest = newestOf([decided("a", "suspended"), decided("a", "accepted"), decided("b", "retired")]);
  expect([newest.get("a")?.decision, newest.get("b")?.decision]).toEqual(["suspended", "retired"]);
});

test("a figure of a row reads as the server printed it, or says why there is none", () => {
  const items = { columns: { p: "item-p", p_now: "item-p", rest: "item-rest", d27: "item-d27", change: "item-change" } };
  expect(unpacked(row("A"), "p", items)).toMatchObject({ definition: "item-p", value: 0.7, text_id: "70,0 %", range_en: "63.3 % to 75.9 %", n: 200 });
  expect(unpacked(row("A"), "rest", items)).toMatchObject({ value: null, text_id: "–", reason_id: "belum cukup data" });
  expect(unpacked(row("A"), "p_now", items)).toBeNull();
});

test("a view that was kept by an older page does no harm", () => {
  expect(queryOf({ search: 7, unit: "MM 2", gone: true })).toEqual({ ...EVERYTHING, unit: "MM 2" });
});
