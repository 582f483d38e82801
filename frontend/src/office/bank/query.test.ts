import { expect, test } from "vitest";
import { changed, EVERYTHING, isFiltered, paramsOf } from "./query";

test("only what is asked for is sent", () => {
  expect(paramsOf("MMu", EVERYTHING)).toBe("scheme=MMu&page=1&size=50");
  expect(paramsOf("MMu", { ...EVERYTHING, text: "peta kendali", waiting: true, page: 2 })).toBe("scheme=MMu&text=peta+kendali&waiting=me&page=2&size=50");
});

test("another filter begins at the first page, another unit at all of its criteria", () => {
  const third = { ...EVERYTHING, unit: "U1", kuk: "1.1", page: 3 };
  expect(changed(third, { state: "active" })).toEqual({ ...third, state: "active", page: 1 });
  expect(changed(third, { unit: "U2" })).toEqual({ ...third, unit: "U2", kuk: "", page: 1 });
  expect(changed(third, { page: 4 }).page).toBe(4);
});

test("a page is no filter", () => {
  expect([isFiltered({ ...EVERYTHING, page: 2 }), isFiltered({ ...EVERYTHING, waiting: true })]).toEqual([false, true]);
});
