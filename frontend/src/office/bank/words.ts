/** The words of the item bank, and what each refusal means there. */
import { Problem } from "../../api/client";
import type { Words } from "../../i18n";
import { staffBankEn } from "../../i18n/staff.bank.en";
import { staffBankId } from "../../i18n/staff.bank.id";
import { prefs } from "../../ui/prefs.svelte";
import { advice } from "../../ui/staff/session.svelte";

export const bankWords = (): Words<typeof staffBankId> => (prefs.lang === "en" ? staffBankEn : staffBankId);

/** A text chosen by a code of the server; the code itself where we have no word for it. */
export function bankWord(prefix: string, code: string): string {
  const known = (bankWords() as unknown as Record<string, unknown>)[`${prefix}${code}`];
  return typeof known === "string" ? known : code;
}

/** What the server says in both languages, in the one that the person reads. */
export const told = (both: { text_id: string; text_en: string }): string => (prefs.lang === "en" ? both.text_en : both.text_id);

export function bankAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return advice(error);
  const { text_id, text_en } = error.members;
  if (typeof text_id === "string" && typeof text_en === "string") return told({ text_id, text_en });
  const known = bankWord("no-", error.code);
  return known === error.code ? advice(error) : known;
}
