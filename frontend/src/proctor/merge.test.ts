import { expect, test } from "vitest";
import type { BoardCandidate } from "../api/board";
import { follows, inOrder } from "./merge";

const at = (seat: string | null, number: string): BoardCandidate => ({ seat, number }) as BoardCandidate;

test("seats are counted as people count them, and who has none comes last", () => {
  const sorted = [at(null, "3"), at("A10", "1"), at("A2", "2"), at(null, "20")].sort(inOrder);
  expect(sorted.map((one) => one.seat ?? one.number)).toEqual(["A2", "A10", "3", "20"]);
});

test.each([
  [1, 2, true],
  [1, 3, false],
  [2, 2, false],
  [0, 1, false],
])("who knows %i can go on with %i: %s", (known, number, expected) => expect(follows(known, number)).toBe(expected));
