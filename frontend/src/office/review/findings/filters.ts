/** Which findings of a list are looked at. */
import type { FindingRow } from "../../../api/review-findings";

export const FILTERS = ["standing", "open", "acting", "verifying", "overdue", "repeated", "closed", "withdrawn"] as const;
export type Filter = (typeof FILTERS)[number];

export const stands = (one: Pick<FindingRow, "state">): boolean => one.state !== "closed" && one.state !== "withdrawn";

export function passes(one: FindingRow, filter: Filter): boolean {
  if (filter === "standing") return stands(one);
  if (filter === "overdue") return stands(one) && one.overdue;
  if (filter === "repeated") return stands(one) && one.repeats !== null;
  return one.state === filter;
}
