import { expect, test } from "vitest";
import type { Figure } from "../../../api/figures";
import { pointOf, rangeOf } from "./points";

const figure = (value: number | null, low: number | null = null, high: number | null = null): Figure => ({
  definition: "exam_mean", value, low, high, n: 30, text_id: "", text_en: "", range_id: "", range_en: "", reason_id: "", reason_en: "",
});

test("what has no value is no dot", () => {
  expect(pointOf("03/2026", figure(null))).toBeNull();
  expect(pointOf("03/2026", figure(70, 66, 74))).toMatchObject({ label: "03/2026", value: 70, low: 66, high: 74 });
});

test("intervals and marks lie inside of the plot", () => {
  const points = [pointOf("a", figure(70, 60, 80))!, pointOf("b", figure(75))!];
  const [low, high] = rangeOf(points, [50]);
  expect(low).toBeLessThan(50);
  expect(high).toBeGreaterThan(80);
  expect(rangeOf([pointOf("a", figure(3))!])).toEqual([2.94, 3.06]);
});
