import { expect, test } from "vitest";
import { isReview, pageOf, readRoute, type Route } from "./route";

test.each<Route>([
  { at: "list" },
  { at: "method", id: "" },
  { at: "findings", id: "f1" },
  { at: "mine", id: "" },
  { at: "review", id: "r1", tab: "items", rest: "MMU-1.1-01" },
  { at: "review", id: "r1", tab: "summary", rest: "" },
])("an address leads to where it was taken from: %j", (route) => {
  expect(readRoute(pageOf(route))).toEqual(route);
  expect(isReview(pageOf(route))).toBe(true);
});

test("what is no tab is the summary", () => {
  expect(readRoute("kajian/r1/entah")).toEqual({ at: "review", id: "r1", tab: "summary", rest: "" });
});
