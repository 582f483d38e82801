/** The words of corrections of keys, and what each refusal means there. */
import { Problem } from "../../../api/client";
import type { Words } from "../../../i18n";
import { staffReviewRescoreEn } from "../../../i18n/staff.review-rescore.en";
import { staffReviewRescoreId } from "../../../i18n/staff.review-rescore.id";
import { prefs } from "../../../ui/prefs.svelte";
import { advice } from "../../../ui/staff/session.svelte";

export const rescoreWords = (): Words<typeof staffReviewRescoreId> => (prefs.lang === "en" ? staffReviewRescoreEn : staffReviewRescoreId);

/** A word chosen by a code of the server; the code itself where we have none for it. */
export function rescoreWord(prefix: string, code: string): string {
  const known = (rescoreWords() as unknown as Record<string, unknown>)[`${prefix}${code}`];
  return typeof known === "string" ? known : code;
}

export function rescoreAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return advice(error);
  const known = rescoreWord("no-", error.code);
  return known === error.code ? advice(error) : known;
}
