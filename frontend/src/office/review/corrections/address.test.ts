import { expect, test } from "vitest";
import { pageOf, readRoute } from "../route";
import { newFor, readPlace } from "./address";

test("a flagged item leads to a new correction of it, and back out of the address", () => {
  const page = pageOf({ at: "corrections", id: newFor("MMU-1.1-01") });
  expect(page).toBe("kajian/koreksi/baru:MMU-1.1-01");
  const route = readRoute(page);
  expect(route.at === "corrections" && readPlace(route.id)).toEqual({ at: "new", code: "MMU-1.1-01" });
});

test("nothing is the list, the name of a correction that one, an item's code a new one", () => {
  const id = "8b84582f-56fe-4bfb-8b12-6a1ae2f1ff98";
  expect(readPlace("")).toEqual({ at: "list" });
  expect(readPlace(id)).toEqual({ at: "one", id });
  expect(readPlace("MMU-1.1-01")).toEqual({ at: "new", code: "MMU-1.1-01" });
});
