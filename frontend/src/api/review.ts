/** The validity review as the office reads it. */
import type { Figure } from "./figures";
import { staff } from "./staff";

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
  part: <T>(id: string, name: string) => staff.get<T>(`/reviews/${id}/parts/${name}`),
};
