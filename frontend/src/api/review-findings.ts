/** Findings of the validity review, what is done about them, and whether it worked. */
import type { Lead, SubjectKind } from "./review";
import type { Figure } from "./figures";
import { staff } from "./staff";

export type Grade = "major" | "minor" | "suggestion";
export const GRADES: readonly Grade[] = ["major", "minor", "suggestion"];
export type FindingState = "open" | "acting" | "verifying" | "closed" | "withdrawn";
export const KINDS = ["item-revised", "item-suspended", "item-retired", "rekeyed", "voided", "blueprint", "pass-mark-study", "proctoring", "training", "other"] as const;
export type ActionKind = (typeof KINDS)[number];
export const SUBJECTS: readonly SubjectKind[] = ["item", "form", "exam", "sitting", "group", "pair", "candidate"];

export interface Subject {
  kind: SubjectKind;
  ref: string;
  label: string;
}

/** Where a finding is raised: in a review, of a sitting (its key check), or of a scheme at large. */
export type Origin = { review_id: string } | { sitting_id: string } | { scheme: string };
export type About = { lead_id: string } | { subject: Subject };

export interface Raised {
  grade: Grade;
  statement: string;
  evidence: string;
}

/** A finding in short: enough to name it and to lead to it. */
export interface FindingMark {
  id: string;
  no: number;
  scheme: string;
  grade: Grade;
  state: FindingState;
}

export interface FindingRow extends FindingMark {
  subject: Subject;
  statement: string;
  lead_id: string | null;
  review: { id: string; title: string } | null;
  repeats: FindingMark | null;
  raised_by: string;
  raised_at: string;
  closed_at: string | null;
  /** The nearest day by which something is to be done, and whether one of them has passed. */
  due_on: string | null;
  overdue: boolean;
  actions: number;
  done: number;
}

export interface Action {
  id: string;
  kind: ActionKind;
  description: string;
  owner: { id: string; name: string };
  due_on: string;
  overdue: boolean;
  reference: string | null;
  asked_by: string;
  asked_at: string;
  done_by: string | null;
  done_at: string | null;
  done_note: string | null;
}

export interface Verification {
  effective: boolean;
  evidence: string;
  at_once: string | null;
  review: { id: string; title: string } | null;
  by: string;
  at: string;
  /** Its review was reopened or withdrawn. */
  taken_back_at: string | null;
}

export interface FindingStory extends FindingRow {
  evidence: string;
  root_cause: string | null;
  lead: Lead | null;
  closing_note: string | null;
  closed_by: string | null;
  repeated_by: FindingMark[];
  list: Action[];
  verifications: Verification[];
  /** What this person may do now: nothing stands in the way (null), or the reason. */
  bars: Record<"change" | "verify" | "withdraw", string | null>;
  /** Reviews that may show whether it worked; and whether it may be said at once. */
  later_reviews: { id: string; title: string; again: boolean | null }[];
  at_once: boolean;
}

export interface Loop {
  open: number;
  acting: number;
  verifying: number;
  closed: number;
  withdrawn: number;
  overdue: number;
  repeated: number;
  /** The same findings by grade: how many stand, how many are closed. */
  grades: Record<Grade, { standing: number; closed: number }>;
  days: Figure;
}

export interface Findings {
  schemes: { code: string; title: string }[];
  loop: Loop;
  findings: FindingRow[];
}

export interface FindingsOfReview {
  earlier: FindingRow[];
  own: FindingRow[];
  /** The finding that stands for a lead, by the lead's id. */
  by_lead: Record<string, FindingMark>;
}

export interface MyAction extends Action {
  finding: FindingMark;
  subject: Subject;
  statement: string;
}

export const findings = {
  all: (scheme: string) => staff.get<Findings>(`/findings${scheme ? `?scheme=${encodeURIComponent(scheme)}` : ""}`),
  ofReview: (review: string) => staff.get<FindingsOfReview>(`/reviews/${review}/findings`),
  one: (id: string) => staff.get<FindingStory>(`/findings/${id}`),
  owners: () => staff.get<{ owners: { id: string; name: string }[] }>("/finding-owners"),
  raise: (where: Origin, about: About, what: Raised) => staff.post<FindingMark>("/findings", { ...where, ...about, ...what }),
  cause: (id: string, text: string) => staff.post(`/findings/${id}/cause`, { text }),
  act: (id: string, body: { kind: ActionKind; description: string; owner_id: string; due_on: string; reference: string | null }) => staff.post(`/findings/${id}/actions`, body),
  postpone: (action: string, due_on: string, reason: string) => staff.post(`/finding-actions/${action}/postpone`, { due_on, reason }),
  done: (action: string, note: string) => staff.post(`/finding-actions/${action}/done`, { note }),
  verify: (id: string, body: { effective: boolean; evidence: string; review_id: string | null; at_once: string | null }) => staff.post(`/findings/${id}/verify`, body),
  withdraw: (id: string, reason: string) => staff.post(`/findings/${id}/withdraw`, { reason }),
  mine: () => staff.get<{ actions: MyAction[] }>("/my-actions"),
  table: (scheme: string, format: "csv" | "xlsx") => `/api/staff/findings/table.${format}${scheme ? `?scheme=${encodeURIComponent(scheme)}` : ""}`,
};
