/** The words of the item panel, and what each refusal means there. */
import { Problem } from "../../../api/client";
import type { Words } from "../../../i18n";
import { staffReviewItemsEn } from "../../../i18n/staff.review-items.en";
import { staffReviewItemsId } from "../../../i18n/staff.review-items.id";
import { prefs } from "../../../ui/prefs.svelte";
import { advice } from "../../../ui/staff/session.svelte";

export const itemWords = (): Words<typeof staffReviewItemsId> => (prefs.lang === "en" ? staffReviewItemsEn : staffReviewItemsId);

/** A word chosen by a code of the server; the code itself where we have none for it. */
export function itemWord(prefix: string, code: string): string {
  const known = (itemWords() as unknown as Record<string, unknown>)[`${prefix}${code}`];
  return typeof known === "string" ? known : code;
}

export function itemAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return advice(error);
  const known = itemWord("no-", error.code);
  return known === error.code ? advice(error) : known;
}
