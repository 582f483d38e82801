/** The validity review as the office reads it. Figures come with their printed digits: no page rounds anything again. */
import { staff } from "./staff";

export interface Figure {
  definition: string;
  value: number | null;
  low: number | null;
  high: number | null;
  n: number | null;
  text_id: string;
  text_en: string;
  range_id: string;
  range_en: string;
  /** Why there is no value. */
  reason_id: string;
  reason_en: string;
}

export interface Definition {
  id: string;
  kind: string;
  title_id: string;
  title_en: string;
  says_id: string;
  says_en: string;
  formula: string;
  source: string;
  least_n: string;
}

export type SubjectKind = "item" | "form" | "pair" | "candidate" | "group" | "exam" | "sitting";

export interface Lead {
  id: string;
  rule: string;
  subject: { kind: SubjectKind; ref: string; label: string };
  strength: "strong" | "expert";
  text_id: string;
  text_en: string;
  figures: Figure[];
  q: number | null;
}

export interface Leads {
  leads: Lead[];
  /** Per rule, how many leads chance alone would raise at most. */
  by_chance: Record<string, number>;
  rules: Record<string, { text_id: string; text_en: string }>;
}

export const review = {
  definitions: () => staff.get<Record<string, Definition>>("/review-definitions"),
  part: <T>(id: string, name: string) => staff.get<T>(`/reviews/${id}/parts/${name}`),
};
