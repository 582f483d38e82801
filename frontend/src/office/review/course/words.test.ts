import { expect, test, vi } from "vitest";
import type { MethodField } from "../../../api/review-course";
import { periodOf, valueOf } from "./words";

// The chosen language is written on the page's root; there is no page here.
vi.hoisted(() => vi.stubGlobal("document", { documentElement: { dataset: {} } }));

const field = (kind: MethodField["kind"]): MethodField => ({ name: "x", kind, least: 0, most: 1, title_id: "", title_en: "", says_id: "", says_en: "" });

test.each([
  ["share", 0.45, "45\u00a0%"],
  ["share", 0.001, "0,1\u00a0%"],
  ["coefficient", 0.8, "0,80"],
  ["points", 1, "1,0"],
  ["count", 100, "100"],
] as const)("a value of a method is printed by its kind: %s %s", (kind, value, printed) => {
  expect(valueOf(field(kind), value)).toBe(printed);
});

test("a period names its year once where it has one", () => {
  expect(periodOf({ period_from: "2026-01-01", period_to: "2026-06-30" })).toBe("1 Januari – 30 Juni 2026");
  expect(periodOf({ period_from: "2025-07-01", period_to: "2026-06-30" })).toBe("1 Juli 2025 – 30 Juni 2026");
});
