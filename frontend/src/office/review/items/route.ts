/** Where in the item panel a person is: the table, an item's card, or two items side by side. */
import { show } from "../../bank/go";
import { pageOf } from "../route";

export type Rest = { show: "table" } | { show: "card"; id: string } | { show: "compare"; first: string; second: string };
const COMPARE = "banding";

export function readRest(rest: string): Rest {
  const [first = "", second = "", third = ""] = rest.split("/");
  if (first === COMPARE && second) return { show: "compare", first: second, second: third };
  return first ? { show: "card", id: first } : { show: "table" };
}

export function goTo(review: string, to: Rest): void {
  const rest = to.show === "card" ? to.id : to.show === "compare" ? [COMPARE, to.first, to.second].filter(Boolean).join("/") : "";
  show(pageOf({ at: "review", id: review, tab: "items", rest }));
}
