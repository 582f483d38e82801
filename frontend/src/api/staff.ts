/** The staff side of the server, as the pages of proctors, committee and office read it. */
import type { Incident } from "./board";
import { Client } from "./client";
import type { Figure } from "./figures";
import type { Text } from "./types";

/** To print for five hundred candidates takes a server its time, and others may be printing. */
const PRINTED_WITHIN_MS = 60_000;

class StaffClient extends Client {
  /** A PDF that a command makes; nobody can ask for the same one again. */
  pdf(path: string, body: object): Promise<Blob> {
    return this.made(path, body, "application/pdf");
  }

  /** A file of this kind that a command makes. */
  made(path: string, body: object, kind: string): Promise<Blob> {
    const init: RequestInit = { method: "POST", cache: "no-store", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    return this.fetched(path, init, PRINTED_WITHIN_MS, async (response) => {
      await this.requireKind(response, kind);
      return response.blob();
    });
  }
}

export const staff = new StaffClient("/api/staff");

export interface StaffMe {
  id: string;
  name: string;
  roles: string[];
  permissions: string[];
  /** The undertakings that are to be signed before anything else opens. */
  lacking: string[];
}

export interface SittingSummary {
  id: string;
  code: string;
  title: string;
  zone: string;
  place: string | null;
  address: string | null;
  map_url: string | null;
  opens_at: string;
  closes_at: string;
  /** Who comes after this is let in for a reason. */
  late_after: string;
  state: string;
  released: boolean;
  candidates: number;
}

export interface SittingDetail extends SittingSummary {
  duration_seconds: number;
  admission: string;
  states: Record<string, number>;
}

export interface RescueNote {
  attempt_id: string;
  number: string;
  name: string;
  words: string;
  noted_by: string;
  noted_at: string;
}

export interface Rescue extends RescueNote {
  id: string;
  closes_at: string;
  created_at: string;
  last_saved_at: string | null;
  uploaded_by: string;
  uploaded_at: string;
  added: number;
  /** Answers that the file calls sent and the server does not have. */
  missing: number;
  state: "waiting" | "approved" | "refused";
  decided_by: string | null;
  decided_at: string | null;
  reason: string | null;
  receipt_code: string | null;
}

export interface Rescues {
  server_time: string;
  notes: RescueNote[];
  rescues: Rescue[];
}

/** For whom there is something to print, and what was printed lately. */
export interface Papers {
  rooms: { id: string; name: string }[];
  candidates: { attempt_id: string; number: string; name: string; room_id: string | null; state: string }[];
  prints: { code: string; kind: string; printed_at: string; printed_by: string }[];
}

export interface ItemOption {
  letter: string;
  count: number;
  share: Figure;
  key: boolean;
  item_rest: number | null;
  upper: number;
  lower: number;
}

export interface ItemRow {
  code: string;
  kuk: string;
  unit: string;
  n: number;
  correct: number;
  omitted: number;
  p: Figure;
  item_rest: Figure;
  d27: Figure;
  options: ItemOption[];
  flags: string[];
  verdict: string;
}

export interface ExamPanel {
  n: number;
  max_score: number;
  pass_mark: number;
  mean: Figure;
  sd: Figure;
  passed: number;
  pass_rate: Figure;
  histogram: { score: number; count: number }[];
  reliability: Figure & { kind: string };
  sem: Figure;
  csem_at_cut: Figure;
  grey_zone: [number, number] | null;
}

export interface Statistics {
  sitting: { id: string; code: string; title: string; zone: string };
  computed_at: string;
  snapshot_sha256: string;
  least_n_item: number;
  least_n_exam: number;
  exam: ExamPanel;
  items: ItemRow[];
  expected_chance_flags: Figure;
}

export interface Signal {
  code: string;
  kind: string;
  n: number;
  detail: string;
}

export interface ItemRemark {
  code: string | null;
  text: string;
  written_at: string;
}

/** An item of a key check: what points at it, and what the person saw who looked last. */
export interface LookedItem {
  code: string;
  signals: Signal[];
  comments: ItemRemark[];
  state: "unseen" | "sound" | "to-correct" | "settled";
  look: { outcome: "sound" | "to-correct"; note: string; by: string; at: string } | null;
}

export interface KeyCheck {
  state: "waiting-for-attempts" | "waiting-for-scores" | "open" | "cleared";
  submitted: number;
  running: number;
  signals: Signal[];
  comments: ItemRemark[];
  items: LookedItem[];
  incidents: Incident[];
  rescues_waiting: boolean;
  cleared_by: string | null;
  cleared_at: string | null;
  note: string | null;
  released_at: string | null;
}

export interface Item {
  code: string;
  version_no: number;
  state: string;
  lang: string;
  kuk: string;
  stimulus: Text;
  stem: Text;
  options: Text[];
  key: string;
  rationale: string;
  source: string;
  cognitive_level: string;
  expected_p: number;
}

export interface JournalEntry {
  id: number;
  at: string;
  actor: string | null;
  action: string;
  subject: string;
  subject_id: string;
  reason: string | null;
  facts: Record<string, unknown>;
}
