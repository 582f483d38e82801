/** Corrections of keys: what one would do, who said yes, and who is told. Options are letters in the item's own order. */
import type { Figure } from "./figures";
import { staff } from "./staff";
import type { Text } from "./types";

export const KINDS = ["void", "rekey", "double"] as const;
export type CorrectionKind = (typeof KINDS)[number];

export interface Tally {
  attempts: number;
  raised: number;
  lowered: number;
  to_pass: number;
  from_pass: number;
}

export interface SittingTally extends Tally {
  sitting_id: string;
  released: boolean;
  code: string;
  title: string;
}

export interface Expected extends Tally {
  sittings: SittingTally[];
}

export interface ScoreChange {
  before: number;
  after: number;
  recommendation_before: string;
  recommendation_after: string;
  released: boolean;
}

export interface UnderKey {
  void: boolean;
  right: Figure;
  item_rest: Figure;
}

export interface OptionChosen {
  /** Null: left blank. */
  letter: string | null;
  now: boolean;
  after: boolean;
  chosen: Figure;
  rest: Figure;
}

export interface WhatIf {
  expected: Expected;
  /** Names these effects: the proposal has to have the same ones. */
  sha256: string;
  /** Whose recommendation changes. */
  candidates: (ScoreChange & { number: string; sitting_id: string })[];
  item: { code: string; n: Figure; now: UnderKey; after: UnderKey; options: OptionChosen[] };
}

export interface Fault {
  item_code: string;
  kind: CorrectionKind;
  option: string | null;
  version_ids?: string[];
}

export interface CorrectionItem {
  code: string;
  version_no: number;
  lang: string;
  stimulus: Text;
  stem: Text;
  options: Text[];
  key: string;
}

/** What counts as right today, where a correction is in force. */
export interface RightNow {
  letters: string[];
  void: boolean;
}

export interface ShownVersion {
  id: string;
  version_no: number;
  lineage_id: string;
  state: string;
  /** In so many sittings it was given out. */
  sittings: number;
}

export interface Correction {
  id: string;
  item_code: string;
  kind: CorrectionKind;
  reason: string;
  state: "proposed" | "applied" | "withdrawn";
  /** In the list its sittings have no titles. */
  expected: Expected;
  proposed_by: string;
  proposed_at: string;
  ended_by: string | null;
  ended_at: string | null;
  end_reason: string | null;
  approvals: { by: string; at: string; note: string }[];
  approvers_needed: number;
}

/** What whoever may say yes reads before that. */
export interface Look {
  item: CorrectionItem;
  right: RightNow;
  option: string | null;
  now: WhatIf | null;
  /** The scores have moved since it was proposed. */
  outdated: boolean;
  said_yes: boolean;
}

export interface Told extends ScoreChange {
  /** They knew another result. */
  letter: boolean;
  sitting_id: string;
  sitting: string;
  number: string;
  name: string;
}

const LONGEST_MS = 60_000; // a large exam is counted anew before the answer comes

export const corrections = {
  list: () => staff.get<{ corrections: Correction[] }>("/corrections"),
  item: (code: string) => staff.get<{ item: CorrectionItem; right: RightNow; versions: ShownVersion[] }>(`/corrections/items/${code}`),
  whatIf: (fault: Fault) => staff.post<WhatIf>("/corrections/what-if", fault, { timeoutMs: LONGEST_MS }),
  propose: (fault: Fault, reason: string, sha256: string) =>
    staff.post<{ id: string }>("/corrections", { ...fault, reason, sha256 }, { timeoutMs: LONGEST_MS }),
  one: (id: string) => staff.get<Correction>(`/corrections/${id}`),
  look: (id: string) => staff.get<Look>(`/corrections/${id}/look`, LONGEST_MS),
  approve: (id: string, note: string) => staff.post<{ applied: boolean }>(`/corrections/${id}/approve`, { note }, { timeoutMs: LONGEST_MS }),
  withdraw: (id: string, note: string) => staff.post<void>(`/corrections/${id}/withdraw`, { note }),
  letters: (id: string) => staff.get<{ candidates: Told[] }>(`/corrections/${id}/letters`),
  lettersCsv: (id: string) => `/api/staff/corrections/${id}/letters.csv`,
  lettersPdf: (id: string, sitting: string) => `/api/staff/corrections/${id}/letters/${sitting}.pdf`,
};
