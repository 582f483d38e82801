/** The shared words of the review. */
import type { Words } from "../../i18n";
import { staffReviewEn } from "../../i18n/staff.review.en";
import { staffReviewId } from "../../i18n/staff.review.id";
import { prefs } from "../../ui/prefs.svelte";

export const reviewWords = (): Words<typeof staffReviewId> => (prefs.lang === "en" ? staffReviewEn : staffReviewId);

/** A word chosen by a code of the server; the code itself where we have none for it. */
export function reviewWord(code: string): string {
  const known = (reviewWords() as unknown as Record<string, unknown>)[code];
  return typeof known === "string" ? known : code;
}
