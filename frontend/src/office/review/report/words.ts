/** The words of the report of a review. */
import type { Words } from "../../../i18n";
import { staffReviewReportEn } from "../../../i18n/staff.review-report.en";
import { staffReviewReportId } from "../../../i18n/staff.review-report.id";
import { prefs } from "../../../ui/prefs.svelte";

export const reportWords = (): Words<typeof staffReviewReportId> => (prefs.lang === "en" ? staffReviewReportEn : staffReviewReportId);
