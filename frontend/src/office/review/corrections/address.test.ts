import { expect, test } from "vitest";
import { pageOf, readRoute } from "../route";
import { newFor, readPlace } from "./address";

test("a flagged item leads to a new correction of it, and back out of the address", () => {
  const page = pageOf({ at: "corrections", id: newFor("MMU-1.1-01") });
  expect(page).toBe("kajian/koreksi/baru:MMU-1.1-01");
  const route = readRoute(page);
  expect(route.at === "corrections" && readPlace(route.id)).toEqual({ at: "new", code: "MMU-1.1-01" });
});

test("nothing is the list, anything else one of them", () => {
  expect(readPlace("")).toEqual({ at: "list" });
  expect(readPlace("0f8b")).toEqual({ at: "one", id: "0f8b" });
});
