/** The words of the key check, and what each refusal means there. */
import { Problem } from "../../api/client";
import type { Words } from "../../i18n";
import { staffKeyCheckEn } from "../../i18n/staff.key-check.en";
import { staffKeyCheckId } from "../../i18n/staff.key-check.id";
import { prefs } from "../../ui/prefs.svelte";
import { rescueAdvice } from "../../ui/staff/rescue";

export const checkWords = (): Words<typeof staffKeyCheckId> => (prefs.lang === "en" ? staffKeyCheckEn : staffKeyCheckId);

/** A word chosen by a code of the server; the code itself where we have none for it. */
export function checkWord(prefix: string, code: string): string {
  const known = (checkWords() as unknown as Record<string, unknown>)[`${prefix}${code}`];
  return typeof known === "string" ? known : code;
}

export function checkAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return rescueAdvice(error);
  const known = checkWord("no-", error.code);
  return known === error.code ? rescueAdvice(error) : known;
}
