import type { Words } from ".";
import type { staffReviewId } from "./staff.review.id";

export const staffReviewEn: Words<typeof staffReviewId> = {
  title: "Validity review",
  toSittings: "All sittings",
  reviews: "Reviews",
  method: "Review method",
  findings: "Findings",
  corrections: "Key corrections",
  angoff: "Angoff panels",
  parts: "Parts of this review",
  "tab-summary": "Summary",
  "tab-exam": "Exam",
  "tab-items": "Items",
  "tab-integrity": "Integrity",
  "tab-findings": "Findings",
  "tab-meeting": "Meeting",
  "tab-report": "Report",
  "verdict-strong": "problem (strong evidence)",
  "verdict-expert": "needs an expert's look",
  "verdict-none": "no sign of a problem",
  "verdict-few": "not enough data yet",
};
