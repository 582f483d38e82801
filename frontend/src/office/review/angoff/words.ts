/** The words of Angoff panels. */
import type { PanelState } from "../../../api/review-angoff";
import { Problem } from "../../../api/client";
import type { Words } from "../../../i18n";
import { staffReviewAngoffEn } from "../../../i18n/staff.review-angoff.en";
import { staffReviewAngoffId } from "../../../i18n/staff.review-angoff.id";
import { prefs } from "../../../ui/prefs.svelte";
import { advice } from "../../../ui/staff/session.svelte";

export const angoffWords = (): Words<typeof staffReviewAngoffId> => (prefs.lang === "en" ? staffReviewAngoffEn : staffReviewAngoffId);

export const stateWord = (state: PanelState): string => angoffWords()[`state-${state}`];

export function angoffAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return advice(error);
  const known = (angoffWords() as unknown as Record<string, unknown>)[`no-${error.code}`];
  return typeof known === "string" ? known : advice(error);
}
