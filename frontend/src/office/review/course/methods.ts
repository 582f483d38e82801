/** What differs between two methods, in words. */
import type { MethodGroup } from "../../../api/review-course";
import { said } from "../../shown/words";
import { courseWords, valueOf } from "./words";

type Values = Record<string, number | null>;

export function changesOf(groups: readonly MethodGroup[], before: Values, after: Values): string {
  const changed = groups
    .flatMap((group) => group.fields)
    .filter((field) => before[field.name] !== after[field.name])
    .map((field) => courseWords().changedTo(said(field, "title"), valueOf(field, before[field.name] ?? null), valueOf(field, after[field.name] ?? null)));
  return changed.length === 0 ? courseWords().noChanges : courseWords().changes(changed.join("; "));
}
