import { expect, test } from "vitest";
import { nextPeriod } from "./periods";

const NOVEMBER = new Date(2026, 10, 22);

test("the first review is about the half-year that is over", () => {
  expect(nextPeriod([], NOVEMBER)).toEqual({ period_from: "2026-01-01", period_to: "2026-06-30" });
  expect(nextPeriod([], new Date(2027, 1, 3))).toEqual({ period_from: "2026-07-01", period_to: "2026-12-31" });
});

test("a further one goes on where the newest ended", () => {
  const before = [{ period_from: "2025-07-01", period_to: "2025-12-31" }, { period_from: "2026-01-01", period_to: "2026-06-30" }];
  expect(nextPeriod(before, NOVEMBER)).toEqual({ period_from: "2026-07-01", period_to: "2026-12-31" });
  expect(nextPeriod(before.slice(0, 1), NOVEMBER)).toEqual({ period_from: "2026-01-01", period_to: "2026-06-30" });
  expect(nextPeriod([{ period_from: "2026-01-01", period_to: "2026-03-14" }], NOVEMBER)).toEqual({ period_from: "2026-03-15", period_to: "2026-06-30" });
});
