/** The words of a review's course, its days, and what each refusal means there. */
import { Problem } from "../../../api/client";
import type { Both, MethodField } from "../../../api/review-course";
import type { Words } from "../../../i18n";
import { staffReviewCourseEn } from "../../../i18n/staff.review-course.en";
import { staffReviewCourseId } from "../../../i18n/staff.review-course.id";
import { prefs } from "../../../ui/prefs.svelte";
import { advice } from "../../../ui/staff/session.svelte";
import { day, figure, percent } from "../../../ui/staff/words.svelte";
import { ZONE } from "../../bank/facts";
import { told } from "../../bank/words";

export const courseWords = (): Words<typeof staffReviewCourseId> => (prefs.lang === "en" ? staffReviewCourseEn : staffReviewCourseId);

/** A text chosen by a code of the server; the code itself where we have no word for it. */
export function courseWord(prefix: string, code: string): string {
  const known = (courseWords() as unknown as Record<string, unknown>)[`${prefix}${code}`];
  return typeof known === "string" ? known : code;
}

/** What stands in the way, one text for each. */
export function faultsOf(error: unknown): string[] {
  const faults = error instanceof Problem ? error.members["faults"] : null;
  return Array.isArray(faults) ? (faults as Both[]).map(told) : [];
}

export function courseAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return advice(error);
  const faults = faultsOf(error);
  if (faults.length > 0) return faults.join(" ");
  const known = courseWord("no-", error.code);
  return known === error.code ? advice(error) : known;
}

/** "30 Juni 2026" of "2026-06-30": a day of the office, whatever zone the browser is in. */
export const dayOf = (date: string): string => day(`${date}T12:00:00+07:00`, ZONE);

/** "1 Januari – 30 Juni 2026" */
export function periodOf({ period_from, period_to }: { period_from: string; period_to: string }): string {
  const from = dayOf(period_from);
  return `${period_from.slice(0, 4) === period_to.slice(0, 4) ? from.replace(/ \d{4}$/, "") : from} – ${dayOf(period_to)}`;
}

/** A value of a method as people read it: "45 %", "0,80", "100". */
export function valueOf(field: MethodField, value: number | null): string {
  if (value === null) return "–";
  if (field.kind === "share") return percent(value, decimals(value * 100));
  if (field.kind === "count") return String(value);
  return figure(value, Math.max(field.kind === "points" ? 1 : 2, decimals(value)));
}

const decimals = (value: number): number => Math.min(4, (String(Number(value.toFixed(4))).split(".")[1] ?? "").length);
