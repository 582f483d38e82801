/** The words of the integrity report. */
import type { Words } from "../../../i18n";
import { staffBoardEn } from "../../../i18n/staff.board.en";
import { staffBoardId } from "../../../i18n/staff.board.id";
import { staffReviewIntegrityEn } from "../../../i18n/staff.review-integrity.en";
import { staffReviewIntegrityId } from "../../../i18n/staff.review-integrity.id";
import { prefs } from "../../../ui/prefs.svelte";

export const integrityWords = (): Words<typeof staffReviewIntegrityId> => (prefs.lang === "en" ? staffReviewIntegrityEn : staffReviewIntegrityId);

/** What happened, as the proctors' timeline calls it. */
export function eventWord(what: string): string {
  const known = (prefs.lang === "en" ? staffBoardEn : staffBoardId) as unknown as Record<string, unknown>;
  const word = known[`ev-${what}`];
  return typeof word === "string" ? word : what;
}
