/** The words of the exam panel, and the names of its figures. */
import type { Figure } from "../../../api/figures";
import type { Words } from "../../../i18n";
import { staffReviewExamEn } from "../../../i18n/staff.review-exam.en";
import { staffReviewExamId } from "../../../i18n/staff.review-exam.id";
import { prefs } from "../../../ui/prefs.svelte";
import { definitions } from "../../shown/definitions.svelte";
import { said } from "../../shown/words";

export const examWords = (): Words<typeof staffReviewExamId> => (prefs.lang === "en" ? staffReviewExamEn : staffReviewExamId);

/** What a figure is called; nothing as long as the definitions are on their way. */
export function nameOf(figure: Figure): string {
  const meaning = definitions.all?.[figure.definition];
  return meaning ? said(meaning, "title") : "";
}
