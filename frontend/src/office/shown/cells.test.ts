import { expect, test } from "vitest";
import type { Figure } from "../../api/figures";
import { forFile } from "./cells";

const figure = (value: number | null, low: number | null, high: number | null): Figure => ({
  definition: "exam_mean", value, low, high, n: 30, text_id: "", text_en: "", range_id: "", range_en: "", reason_id: "", reason_en: "",
});
const LIMITS = ["lower", "upper"] as const;

test("figures go to a file as numbers, with their limits beside them", () => {
  const rows = [["03/2026", figure(70.25, 66, 74.5)], ["09/2025", figure(null, null, null)]];
  expect(forFile(["Period", "Mean"], rows, LIMITS)).toEqual({
    head: ["Period", "Mean", "Mean: lower", "Mean: upper"],
    rows: [["03/2026", 70.25, 66, 74.5], ["09/2025", null, null, null]],
  });
});

test("what has no interval keeps one column", () => {
  expect(forFile(["Score", "n"], [[68, figure(12, null, null)]], LIMITS)).toEqual({ head: ["Score", "n"], rows: [[68, 12]] });
});
