import { expect, test } from "vitest";
import { formsPage, PAGES } from "./route";

test("an address leads to the page that it names, and to no other", () => {
  expect(formsPage(PAGES.standard)).toBe("standard");
  expect([formsPage("bank"), formsPage(null)]).toEqual([null, null]);
});
