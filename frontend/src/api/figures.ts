/** What the server computed, with its printed digits: no page rounds anything again. And what each such figure means. */
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
  formula_id: string;
  formula_en: string;
  source_id: string;
  source_en: string;
  least_n_id: string;
  least_n_en: string;
  /** The fields of the review method that the figure goes by. */
  method: string[];
}

/** A field of a review method with its value, in words. */
export interface Setting {
  name: string;
  title_id: string;
  title_en: string;
  text_id: string;
  text_en: string;
}

export const readDefinitions = (): Promise<Record<string, Definition>> => staff.get("/review-definitions");
