/** The report of a review: what it will hold, its files, and what was printed of it. */
import { staff } from "./staff";

export interface Evidence {
  clause: string;
  /** Of ISO/IEC 17024:2012; "" where it has none. */
  iso: string;
  asks_id: string;
  asks_en: string;
  what_id: string;
  what_en: string;
  count: number;
  last: string | null;
}

export interface Print {
  code: string;
  printed_at: string;
  printed_by: string;
  sha256: string;
}

export interface Report {
  chapters: { title_id: string; title_en: string }[];
  /** Before that a print is a draft. */
  decided: boolean;
  evidence: Evidence[];
  /** The newest first. */
  prints: Print[];
}

export const reviewReport = {
  read: (review: string) => staff.get<Report>(`/reviews/${review}/report`, 30_000),
  pdf: (review: string, lang: "id" | "en"): string => `/api/staff/reviews/${review}/report/report.pdf?lang=${lang}`,
  annex: (review: string, kind: "zip" | "xlsx"): string => `/api/staff/reviews/${review}/report/annex.${kind}`,
};
