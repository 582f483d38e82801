/** The item bank as its authors, reviewers and the committee read it. Times are RFC 3339. */
import { staff } from "./staff";
import type { Instant, Text } from "./types";

export type ItemState = "draft" | "in_review" | "approved" | "active" | "suspended" | "retired";
export const STATES: readonly ItemState[] = ["draft", "in_review", "approved", "active", "suspended", "retired"];
export const LEVELS = ["remember", "apply", "analyse"] as const;
export type Kind = "new" | "revision" | "editorial";
/** What moves a version from state to state. */
export type Move = "submit" | "withdraw" | "activate" | "rest" | "suspend" | "resume" | "retire";
/** Whatever the server says that this person may do to this version now. */
export type May = Move | "edit" | "review" | "revise" | "correct";

export interface Scheme {
  code: string;
  title: string;
  units: { code: string; title: string; kuks: { code: string; text: string }[] }[];
}

/** A number as the server prints it. */
export interface Printed {
  value: number;
  text_id: string;
  text_en: string;
}

/** How an item performed: `right` of `n`; what n does not carry is null. */
export interface Known {
  n: number;
  right: number | null;
  p: Printed | null;
  d: Printed | null;
}

export interface BankRow extends Known {
  code: string;
  kuk: string;
  version_id: string;
  version_no: number;
  state: ItemState;
  draft: { version_id: string; version_no: number; state: ItemState } | null;
  excerpt: string;
  cognitive_level: string;
  expected_p: number;
  exposure: number;
  enemies: string[];
  stimulus_code: string | null;
  author: string | null;
  has_picture: boolean;
  changed_at: Instant;
}

export interface BankPage {
  total: number;
  revision: number;
  items: BankRow[];
}

/** Texts as limited HTML; the server makes canonical markup of them. */
export interface Content {
  stem: string;
  options: string[];
  stimulus: string;
}

export interface ItemBody {
  kuk: string;
  lang: string;
  stimulus_code: string | null;
  content: Content;
  fixed_order: boolean;
  key: number;
  rationale: string;
  source: string;
  cognitive_level: string;
  expected_p: number;
  enemies: string[];
}

export interface Shown {
  stem: Text;
  options: Text[];
  stimulus: Text;
}

export interface Version extends Omit<ItemBody, "content"> {
  id: string;
  code: string;
  version_no: number;
  state: ItemState;
  /** Another number means that somebody has saved it since. */
  step: number;
  html: Content;
  shown: Shown;
}

export type Aspect = "material" | "construction" | "language";
export const ASPECTS: readonly Aspect[] = ["material", "construction", "language"];
export type ExpertCard = Record<Aspect, "good" | "mend">;

export interface Review {
  person: string;
  verdict: "approve" | "send_back";
  reason: string;
  card: ExpertCard | null;
  at: Instant;
}

export interface CardVersion {
  id: string;
  version_no: number;
  state: ItemState;
  kind: Kind;
  lineage_id: string;
  author: { id: string; name: string } | null;
  created_at: Instant;
  submitted_at: Instant | null;
  /** A candidate has seen it: it can never change. */
  seen: boolean;
  reviews: Review[];
  approvals: number;
  approvals_needed: number;
  may: May[];
}

export interface CardStatistics extends Known {
  version_id: string;
  recorded_at: Instant;
  source: string;
}

export interface HistoryEntry {
  version_id: string;
  at: Instant;
  person: string | null;
  action: string;
  reason: string | null;
  from: ItemState | null;
  to: ItemState | null;
}

export interface ItemCard {
  code: string;
  kuk: string;
  lang: string;
  stimulus_code: string | null;
  enemies: string[];
  versions: CardVersion[];
  statistics: CardStatistics[];
  exposure: { forms: number; sittings: number; last_at: Instant | null };
  history: HistoryEntry[];
}

export interface Difference {
  fields: { field: string; segments: { op: "same" | "gone" | "new"; text: string }[] }[];
}

export interface VersionComment {
  id: string;
  person: string;
  text: string;
  at: Instant;
}

/** What a candidate wrote about an item during an exam. */
export interface Remark {
  version_no: number;
  text: string;
  at: Instant;
}

export interface Hint {
  rule: string;
  field: string;
  severity: "error" | "remark";
  text_id: string;
  text_en: string;
}

export interface Preview {
  shown: Shown;
  hints: Hint[];
  faults: { field: string; text_id: string; text_en: string }[];
}

export interface BulkRow {
  version_id: string;
  code: string;
  outcome: "would" | "done" | "refused";
  text_id: string;
  text_en: string;
}

export interface CoverageRow {
  kuk: string;
  text: string;
  wanted: number;
  states: Partial<Record<ItemState, number>>;
  difficulties: { easy: number; medium: number; hard: number };
  missing: number;
}

export const imageAddress = (name: string): string => `/api/staff/bank/images/${name.replace(/^image:/, "")}`;

const coded = encodeURIComponent;

/** Each of them rejects with a Problem or Unreachable, as every call does. */
export const bank = {
  schemes: () => staff.get<{ schemes: Scheme[] }>("/bank/schemes"),
  items: (query: string) => staff.get<BankPage>(`/bank/items?${query}`, 20_000),
  card: (code: string) => staff.get<ItemCard>(`/bank/items/${coded(code)}`),
  remarks: (code: string) => staff.get<{ remarks: Remark[] }>(`/bank/items/${coded(code)}/remarks`),
  version: (id: string) => staff.get<Version>(`/bank/versions/${id}`),
  create: (body: ItemBody & { scheme: string }) => staff.post<{ code: string; version_id: string }>("/bank/items", body),
  save: (id: string, body: ItemBody & { reason: string; step: number }) => staff.put<{ version_id: string; step: number }>(`/bank/versions/${id}`, body),
  newVersion: (code: string, body: ItemBody & { kind: Kind; reason: string }) =>
    staff.post<{ version_id: string }>(`/bank/items/${coded(code)}/versions`, body),
  move: (id: string, action: Move, reason: string) => staff.post<object>(`/bank/versions/${id}/moves`, { action, reason }),
  review: (id: string, verdict: Review["verdict"], reason: string, card: ExpertCard) =>
    staff.post<object>(`/bank/versions/${id}/reviews`, { verdict, reason, card }),
  difference: (a: string, b: string) => staff.get<Difference>(`/bank/versions/${a}/difference/${b}`),
  comments: (id: string) => staff.get<{ comments: VersionComment[] }>(`/bank/versions/${id}/comments`),
  comment: (id: string, text: string) => staff.post<{ comments: VersionComment[] }>(`/bank/versions/${id}/comments`, { text }),
  preview: (body: { content: Content; key?: number; kuk?: string; scheme?: string; code?: string }) => staff.post<Preview>("/bank/preview", body),
  image: (file: Blob) => staff.send<{ hash: string; width: number; height: number }>("/bank/images", file, 60_000),
  bulk: (version_ids: string[], action: Move, reason: string, dry_run: boolean) =>
    staff.post<{ rows: BulkRow[] }>("/bank/bulk", { version_ids, action, reason, dry_run }, { timeoutMs: 60_000 }),
  coverage: (scheme: string) => staff.get<{ kuks: CoverageRow[] }>(`/bank/coverage?scheme=${coded(scheme)}`, 20_000),
};
