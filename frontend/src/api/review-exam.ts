/** The exam panel of a review, as the server computed and printed it. */
import type { Figure } from "./figures";

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

export interface FormRow {
  form_no: number;
  label_id: string;
  label_en: string;
  n: Figure;
  repeaters: Figure;
  observed: Figure;
  expected: Figure;
  difference: Figure;
  verdict: Verdict;
  equivalent: Figure;
  flips: Figure;
  equated: Figure;
}

export interface FormsBlock extends Said {
  verdict: Verdict;
  /** A form may be so many points off its plan. */
  points: number;
  flips: Said | null;
  sittings: { code: string; title: string; forms: FormRow[] }[];
}

export interface SpeedBlock extends Said {
  verdict: Verdict;
  rows: Row[];
}

export interface UnitsBlock extends Said {
  units: { unit: string; title: string; items: Figure; period: Figure; window: Figure }[];
  correlations: Said & { pairs: { first: string; second: string; observed: Figure; freed: Figure }[] };
}

export interface Period {
  label: string;
  n: Figure;
  mean: Figure;
  pass_rate: Figure;
  reliability: Figure;
}

export interface TrendsBlock extends Said {
  /** The oldest first. */
  periods: Period[];
  limits: { centre: number; low: number; high: number } | null;
  least_periods: number;
}

export interface ModesBlock extends Said {
  modes: { label_id: string; label_en: string; n: Figure; mean: Figure; pass_rate: Figure }[];
  difference: Figure;
}

export interface GroupRow {
  value: string;
  n: Figure;
  mean: Figure;
  pass_rate: Figure;
  /** From the largest group, which has none. */
  difference: Figure | null;
}

export interface Contrast extends Said {
  attribute: string;
  reference: string;
  focal: string;
  verdict: Verdict;
  tested: Figure;
  power: Figure;
  detectable: Figure;
  /** Of a middling or large difference, the largest first. */
  items: { lineage_id: string; code: string; n: Figure; delta: Figure; ets: "B" | "C"; q: Figure; large: boolean }[];
}

export interface FairnessBlock extends Said {
  verdict: Verdict;
  attributes: (Said & { attribute: string; groups: GroupRow[] })[];
  dif: Contrast[];
}

export interface ExamPart {
  n: number;
  n_window: number;
  scores: ScoresBlock;
  precision: PrecisionBlock;
  decisions: DecisionsBlock;
  forms: FormsBlock;
  speed: SpeedBlock;
  units: UnitsBlock;
  trends: TrendsBlock;
  modes: ModesBlock | null;
  fairness: FairnessBlock;
}
