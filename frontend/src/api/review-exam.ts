/** The exam panel of a review, as the server computed and printed it. */
import type { Figure } from "./review";

export interface Said {
  text_id: string;
  text_en: string;
}

/** A figure for the period, and for the whole window. */
export interface Row {
  period: Figure;
  window: Figure | null;
}

export type Verdict = "strong" | "expert" | "none" | "few";

export interface ScoresBlock extends Said {
  rows: Row[];
  histogram: { max: number; mark: number; bars: { score: number; count: number; window: number }[] };
}

export interface PrecisionBlock extends Said {
  verdict: Verdict;
  rows: Row[];
  grey: (Said & { low: number; high: number; rows: Row[] }) | null;
}

export interface DecisionsBlock extends Said {
  rows: Row[];
  path: Said | null;
}

export interface ExamPart {
  n: number;
  n_window: number;
  scores: ScoresBlock;
  precision: PrecisionBlock;
  decisions: DecisionsBlock;
}
