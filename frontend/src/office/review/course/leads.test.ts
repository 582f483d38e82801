import { expect, test } from "vitest";
import type { Lead } from "../../../api/review";
import type { Figure } from "../../../api/figures";
import { byRule, figuresIn } from "./leads";

const lead = (rule: string, label: string, strength: Lead["strength"], q: number | null): Lead => ({
  id: `${rule}:${label}`, rule, subject: { kind: "item", ref: label, label }, strength, text_id: "", text_en: "", figures: [], q,
});

test("leads are read by strength and rule, the surest first", () => {
  const all = [lead("dif", "C", "strong", 0.04), lead("mis-key", "A", "strong", null), lead("dif", "B", "strong", 0.01), lead("drift", "D", "expert", 0.02)];
  expect(byRule(all, "strong").map(({ rule, leads }) => [rule, leads.map((one) => one.subject.label)])).toEqual([["dif", ["B", "C"]], ["mis-key", ["A"]]]);
  expect(byRule(all, "expert").map(({ rule }) => rule)).toEqual(["drift"]);
});

test("key figures are found wherever the panel has them, those of the period before those of the window", () => {
  const figure = (definition: string, value: number) => ({ definition, value, text_id: String(value) }) as Figure;
  const part = { n: 3, scores: { rows: [{ now: figure("a", 1), window: figure("a", 2) }, { now: figure("b", 3) }] } };
  expect(figuresIn(part, ["b", "none", "a"]).map((one) => one.value)).toEqual([3, 1]);
  expect(figuresIn(null, ["a"])).toEqual([]);
});
