import type { Words } from ".";
import type { staffReviewExamId } from "./staff.review-exam.id";

export const staffReviewExamEn: Words<typeof staffReviewExamId> = {
  lead: "The exam as a whole: scores, reliability, decisions, forms, time, units, trends and fairness. All figures come from candidates' first attempts. Each figure opens what it means, how it is computed and its source.",
  computing: "There is no exam panel yet: this review has not been computed.",
  period: "This period",
  window: "Whole window",
  nPeriod: (n: number) => `n = ${n}`,
  figureName: "Figure",
  scores: "Scores and passing",
  histogram: "Distribution of scores",
  histogramLabel: (n: number, mark: number) => `Distribution of the scores of ${n} candidates; pass mark ${mark}`,
  histogramLead: "Each bar: how many candidates have that score. Grey bars lie below the pass mark.",
  passMark: (mark: number) => `pass mark ${mark}`,
  score: "Score",
  candidates: "Candidates",
  precision: "Reliability of scores",
  grey: "Zone of doubt",
  decisions: "Decisions if tested again",
  path: "Method that was used",
};
