import { expect, test } from "vitest";
import { fieldOf, isSame, newer, older } from "./difference";

test("each side shows what is its own and what both have", () => {
  const segments = [
    { op: "same" as const, text: "Apa " },
    { op: "gone" as const, text: "itu" },
    { op: "new" as const, text: "arti" },
  ];
  expect([older(segments), newer(segments)].map((side) => side.map((one) => one.text).join(""))).toEqual(["Apa itu", "Apa arti"]);
  expect([isSame(segments), isSame(segments.slice(0, 1)), isSame([])]).toEqual([false, true, true]);
});

test("an option is named by its letter", () => {
  expect([fieldOf("options.2"), fieldOf("stem")]).toEqual([
    { name: "option", letter: "C" },
    { name: "stem", letter: "" },
  ]);
});
