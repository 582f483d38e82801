/** The item panel of a review. */
import type { Lead } from "./review";
import type { Figure } from "./figures";
import { staff } from "./staff";
import type { Instant } from "./types";

export const VERDICTS = ["strong-problem", "needs-expert", "no-sign", "not-enough"] as const;
export type Verdict = (typeof VERDICTS)[number];
export const DECISIONS = ["accepted", "revise", "suspended", "retired"] as const;
export type Decision = (typeof DECISIONS)[number];

/** Value, text and interval in both languages; or null and why there is no value. */
export type Packed = [number, string, string, string, string] | [null, string, string];
export type FigureColumn = "p" | "p_now" | "rest" | "d27" | "change";

export interface ItemRow {
  id: string;
  code: string;
  kuk: string;
  unit: string;
  state: string;
  void: boolean;
  standard: boolean;
  n: number;
  right: number;
  n_now: number;
  right_now: number;
  remarks: number;
  signs: string[];
  verdict: Verdict;
  /** When enough candidates will have answered; null for never at this rate. */
  year: number | null;
  p: Packed;
  p_now: Packed | null;
  rest: Packed;
  d27: Packed;
  change: Packed;
}

export interface Rule {
  rule: string;
  text_id: string;
  text_en: string;
  raised: number;
  by_chance: Figure;
}

export interface Items {
  rows: ItemRow[];
  columns: Record<FigureColumn, string>;
  least_n: number;
  least_n_key: number;
  method: string;
  periods: number[];
  compared: boolean;
  verdicts: Record<Verdict, number>;
  flagged: Figure;
  by_chance: Figure;
  rules: Rule[];
}

export interface Option {
  letter: string;
  key: boolean;
  count: number;
  upper: number;
  lower: number;
  share: Figure;
  rest: Figure;
  curve: Figure[];
}

export interface Period {
  period: number;
  current: boolean;
  from: string;
  to: string;
  sittings: string[];
  n: number;
  right: number;
  p: Figure;
  rest: Figure;
  seconds: Figure;
}

export type GroupDifference = {
  attribute: string;
  reference: string;
  focal: string;
  /** "few" where it was not tested. */
  verdict: string;
  /** None where the difference is of no weight. */
  item: { delta: Figure; ets: string } | null;
} & InBoth<"text">;

export const FIGURES = ["p", "shrunken", "expected", "rest", "d27", "change", "omitted", "not_reached", "seconds", "seconds_right", "seconds_wrong", "seen", "seen_now"] as const;
export type FigureName = (typeof FIGURES)[number];

type InBoth<K extends string> = Record<`${K}_id` | `${K}_en`, string>;

export type ItemCard = {
  id: string;
  version_id: string;
  versions: { version_no: number; version_id: string }[];
  code: string;
  kuk: string;
  unit: string;
  state: string;
  void: boolean;
  standard: boolean;
  verdict: Verdict;
  n: number;
  right: number;
  signs: Lead[];
  figures: Record<FigureName, Figure>;
  options: Option[];
  groups: GroupDifference[];
  periods: Period[];
  forms: number;
  sittings: number;
  /** The newest sitting that held it. */
  shown_in: string;
  remarks: string[];
} & InBoth<"counted"> & InBoth<"judged"> & InBoth<"until"> & InBoth<"d27_label">;

export interface Decided {
  item: string;
  decision: Decision;
  note: string;
  by: string;
  at: Instant;
}

export interface SavedView {
  id: string;
  name: string;
  query: Record<string, unknown>;
}

export const reviewItems = {
  all: (review: string) => staff.get<Items>(`/reviews/${review}/parts/items`),
  card: (review: string, item: string) => staff.get<ItemCard>(`/reviews/${review}/parts/item:${item}`),
  decisions: (review: string) => staff.get<{ state: string; decisions: Decided[] }>(`/reviews/${review}/item-decisions`),
  decide: (review: string, item: string, decision: Decision, note: string) => staff.put<void>(`/reviews/${review}/item-decisions/${item}`, { decision, note }),
  /** The table as a file, for a link. */
  file: (review: string, kind: "csv" | "xlsx") => `/api/staff/reviews/${review}/items.${kind}`,
  views: () => staff.get<{ views: SavedView[] }>("/review-views"),
  keepView: (name: string, query: object) => staff.put<void>("/review-views", { name, query }),
  removeView: (id: string) => staff.post<void>(`/review-views/${id}/remove`, {}),
};
