/** Reviews from the plan to the end, their meeting, and the method they go by. */
import type { Setting } from "./figures";
import { staff } from "./staff";

export interface Both {
  text_id: string;
  text_en: string;
}
export type Person = { id: string; name: string } | null;
export type ReviewState = "planned" | "computing" | "discussion" | "decided" | "closed" | "withdrawn";
export const CONCLUSIONS = ["fairness", "validity", "reliability", "performance"] as const;

export interface ReviewRow {
  id: string;
  scheme: string;
  title: string;
  /** Days: "2026-06-30". */
  period_from: string;
  period_to: string;
  state: ReviewState;
  /** What is computed now. */
  step: string | null;
  done: number;
  total: number;
  /** Why computing came to nothing. */
  fault: string | null;
  planned_by: Person;
  planned_at: string;
  computed_at: string | null;
  decided_by: Person;
  decided_at: string | null;
  closed_by: Person;
  closed_at: string | null;
  next_due: string | null;
}

export interface ListedReview extends ReviewRow {
  sittings: number;
  candidates: number;
}

export interface PeriodSitting {
  id: string;
  code: string;
  title: string;
  held_on: string;
  candidates: number;
  released: boolean;
  counted: boolean;
}

/** What is typed in a meeting; `present` are ids. */
export interface Minutes extends Record<(typeof CONCLUSIONS)[number], string> {
  held_on: string | null;
  place: string;
  present: string[];
  guests: string;
  minutes: string;
  next_due: string | null;
  revision: number;
}

export interface KeptMeeting extends Omit<Minutes, "present"> {
  present: { id: string; name: string }[];
  quorum: number;
}

export interface Missing extends Both {
  field: string;
}

export interface OneReview extends ReviewRow {
  /** `late`: it was not approved before the period began. `values`: what it sets. */
  method: { id: string; version_no: number; sha256: string; approved_at: string; late: boolean; values: Setting[] };
  snapshot_sha256: string | null;
  program: string | null;
  sittings: PeriodSitting[];
  meeting: KeptMeeting;
  members: { id: string; name: string }[];
  latest_due: string;
  missing: Missing[];
}

export interface Wait extends Both {
  kind: string;
  scheme: string;
  late: boolean;
  review_id: string | null;
}

export type MethodValues = Record<string, number>;

export interface MethodField {
  name: string;
  kind: "count" | "share" | "coefficient" | "points";
  least: number;
  most: number;
  title_id: string;
  title_en: string;
  says_id: string;
  says_en: string;
}

export interface MethodGroup {
  name: string;
  title_id: string;
  title_en: string;
  fields: MethodField[];
}

export interface MethodVersion {
  id: string;
  version_no: number;
  state: "draft" | "approved" | "replaced";
  values: MethodValues;
  changes: { field: string; before: number | null; after: number | null }[];
  basis: string;
  valid_from: string;
  sha256: string;
  made_by: Person;
  made_at: string;
  approved_by: Person;
  approved_at: string | null;
}

export interface Methods {
  groups: MethodGroup[];
  proposed: MethodValues;
  methods: MethodVersion[];
}

export const course = {
  all: () => staff.get<{ reviews: ListedReview[]; schemes: { code: string; title: string }[] }>("/reviews"),
  waiting: () => staff.get<{ waiting: Wait[] }>("/reviews/waiting"),
  one: (id: string) => staff.get<OneReview>(`/reviews/${id}`),
  plan: (body: { scheme: string; title: string; period_from: string; period_to: string }) => staff.post<{ id: string }>("/reviews", body),
  compute: (id: string) => staff.post(`/reviews/${id}/compute`, {}),
  withdraw: (id: string, reason: string) => staff.post(`/reviews/${id}/withdraw`, { reason }),
  reopen: (id: string, reason: string) => staff.post(`/reviews/${id}/reopen`, { reason }),
  keepMeeting: (id: string, minutes: Minutes) => staff.post<{ revision: number }>(`/reviews/${id}/meeting`, minutes),
  decide: (id: string, revision: number) => staff.post(`/reviews/${id}/decide`, { revision }),
  close: (id: string) => staff.post(`/reviews/${id}/close`, {}),
  methods: (scheme: string) => staff.get<Methods>(`/review-methods?scheme=${encodeURIComponent(scheme)}`),
  writeMethod: (body: { scheme: string; values: MethodValues; basis: string; valid_from: string }) => staff.post<{ id: string }>("/review-methods", body),
  approveMethod: (id: string) => staff.post(`/review-methods/${id}/approve`, {}),
};
