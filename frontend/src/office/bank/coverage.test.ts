import { expect, test } from "vitest";
import type { CoverageRow } from "../../api/bank";
import { csvOf, shade } from "./coverage";

const row: CoverageRow = { kuk: "1.1", text: 'Audit; "awal"', wanted: 10, states: { active: 4 }, difficulties: { easy: 1, medium: 2, hard: 1 }, missing: 6 };

test("a cell is as dark as it is full", () => {
  expect([shade(0, 10), shade(1, 10), shade(5, 10), shade(10, 10), shade(25, 10), shade(1, 0)]).toEqual([0, 1, 2, 4, 4, 4]);
});

test("the file is one that a spreadsheet opens as it stands", () => {
  expect(csvOf(["KUK"], [row])).toBe('\uFEFFKUK\r\n1.1;"Audit; ""awal""";10;0;0;0;4;0;0;1;2;1;6\r\n');
  expect(csvOf([], [{ ...row, text: "=1+1" }])).toContain("'=1+1");
});
