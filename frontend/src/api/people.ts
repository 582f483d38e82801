/** Undertakings, invitations and irregularities, as the staff side of the server gives them. */

export interface Undertaking {
  kind: string;
  version: number;
  texts: Record<string, string>;
  life_days: number;
  valid: boolean;
  signed_at: string | null;
  expires_at: string | null;
}

/** A version of a text that the office writes; `life_days` of an undertaking. */
export interface TextVersion {
  kind?: string;
  version: number;
  texts: Texts;
  life_days?: number;
  valid_from: string;
}

export interface Texts {
  id: string;
  en: string;
}

export interface Invitation {
  number: string;
  name: string;
  texts: Record<string, string>;
}

export interface Invitations {
  template_version: number;
  invitations: Invitation[];
}

export interface CaseStep {
  state: string;
  by: string;
  at: string;
  words: string | null;
  until: string | null;
}

export interface Irregularity {
  id: string;
  attempt_id: string;
  incident_id: string | null;
  number: string;
  name: string;
  reason: string;
  account: string;
  state: "opened" | "statement-asked" | "statement-given" | "void" | "released";
  until: string | null;
  steps: CaseStep[];
  letter: string | null;
  /** Why the reader may not decide; null where they may. */
  bar: string | null;
}

export interface Irregularities {
  server_time: string;
  cases: Irregularity[];
}

export const REASONS = ["impersonation", "notes", "device", "talking", "copying", "content-taken", "other"] as const;
