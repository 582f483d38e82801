/** The shared words of the review, and texts that come from the server in both languages. */
import type { Words } from "../../i18n";
import { staffReviewEn } from "../../i18n/staff.review.en";
import { staffReviewId } from "../../i18n/staff.review.id";
import { prefs } from "../../ui/prefs.svelte";

export const reviewWords = (): Words<typeof staffReviewId> => (prefs.lang === "en" ? staffReviewEn : staffReviewId);

/** `said(lead, "text")`, `said(definition, "title")`: the member of this name in the chosen language. */
export function said<K extends string>(of: Record<`${K}_id` | `${K}_en`, string>, name: K): string {
  return prefs.lang === "en" ? of[`${name}_en`] : of[`${name}_id`];
}

/** A word chosen by a code of the server; the code itself where we have none for it. */
export function reviewWord(code: string): string {
  const known = (reviewWords() as unknown as Record<string, unknown>)[code];
  return typeof known === "string" ? known : code;
}
