/** The words of findings, and what each refusal means there. */
import { Problem } from "../../../api/client";
import type { FindingMark } from "../../../api/review-findings";
import type { Words } from "../../../i18n";
import { staffReviewFindingsEn } from "../../../i18n/staff.review-findings.en";
import { staffReviewFindingsId } from "../../../i18n/staff.review-findings.id";
import { prefs } from "../../../ui/prefs.svelte";
import { advice } from "../../../ui/staff/session.svelte";
import { day } from "../../../ui/staff/words.svelte";
import { ZONE } from "../../bank/facts";

export const findingWords = (): Words<typeof staffReviewFindingsId> => (prefs.lang === "en" ? staffReviewFindingsEn : staffReviewFindingsId);

/** A word chosen by a code of the server; the code itself where we have none for it. */
export function findingWord(prefix: string, code: string): string {
  const known = (findingWords() as unknown as Record<string, unknown>)[`${prefix}${code}`];
  return typeof known === "string" ? known : code;
}

export function findingAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return advice(error);
  const known = findingWord("no-", error.code);
  return known === error.code ? advice(error) : known;
}

/** The finding that already stands where another was to be raised. */
export const standingOf = (error: unknown): FindingMark | null => (error instanceof Problem ? ((error.members["finding"] as FindingMark | undefined) ?? null) : null);

/** "21 November 2026" of a date without a time. */
export const onDay = (date: string): string => day(`${date}T12:00:00+07:00`, ZONE);
