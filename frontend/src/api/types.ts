/** The HTTP interface of the exam server as the pages see it. Times are RFC 3339 UTC with milliseconds. */

export type Instant = string;
export type Zone = string;

export type AttemptState = "assigned" | "admitted" | "running" | "paused" | "submitted" | "void";

export type Phase =
  | "not-open"
  | "waiting-admission"
  | "ready"
  | "running"
  | "transmission"
  | "paused"
  | "closing"
  | "submitted"
  | "too-late"
  | "void";

export interface Context {
  version: string;
  public_url: string;
  demo: boolean;
  insecure: boolean;
  server_time: Instant;
}

export interface Sitting {
  code: string;
  title: string;
  scheme_code: string;
  scheme_title: string;
  zone: Zone;
  opens_at: Instant;
  closes_at: Instant;
  duration_seconds: number;
  transmission_seconds: number;
  items: number;
  options: number;
  pass_mark: number | null;
  /** Who lets the candidate in: a token, a proctor, or (open) nobody needs to. */
  admission: "token" | "proctor" | "open";
  takeover: "proctor" | "candidate";
  lang: string;
  proctors: string[];
}

export interface Attempt {
  id: string;
  state: AttemptState;
  phase: Phase;
  phase_ends_at: Instant | null;
  agreed_at: Instant | null;
  started_at: Instant | null;
  closes_at: Instant | null;
  epoch: number;
  rev: number;
  claimed: boolean;
  released: boolean;
  /** Where the sealed paper lies; null once there is none to read. */
  paper: string | null;
}

export interface Me {
  number: string;
  name: string;
  server_time: Instant;
  sitting: Sitting;
  attempt: Attempt;
  /** Where the sitting asks for Safe Exam Browser: the mark that this session's addresses carry. */
  seb: string | null;
}

/** What every answer of the server carries about the clock and the state of the attempt. */
export interface Envelope {
  nonce: string | null;
  server_time: Instant;
  closes_at: Instant | null;
  /** While `phase` is `paused`: the moment at which the exam goes on by itself. */
  resumes_at: Instant | null;
  ends_at: Instant | null;
  state: AttemptState;
  phase: Phase;
  epoch: number;
  rev: number;
}

export interface Claimed extends Envelope {
  last_seq: number;
}

/** `last_seq` is above 0 where the server has answers of this attempt already. */
export interface Started extends Envelope {
  paper_key: string | null;
  last_seq: number;
}

export interface SavedAnswer {
  position: number;
  option: number | null;
  doubtful: boolean;
  epoch: number;
  seq: number;
  saved_at: Instant;
}

export interface Receipt {
  answered: number;
  items: number;
  submitted_at: Instant;
  reason: string;
  code: string;
  hash: string;
}

export interface AttemptRecord extends Started {
  answers: SavedAnswer[];
  receipt: Receipt | null;
}

/** Texts of items: plain, or nested nodes from which elements are built one by one. */
export type RichNode = string | { tag: string; attrs?: Record<string, string>; children?: RichNode[] };
export type Text = string | RichNode[];

export interface Question {
  position: number;
  stem: Text;
  options: Text[];
  /** The case that this question shares with its neighbours. */
  stimulus?: Text;
}

export interface Paper {
  attempt_id: string;
  renderer_version: string;
  lang: string;
  questions: Question[];
  /** Pictures (PNG, base64) by the names under which texts show them. */
  images?: Record<string, string>;
  aids?: Aids;
}

/** What a candidate may use besides paper. An empty sheet is none. */
export interface Aids {
  calculator: boolean;
  reference_sheet: Text;
}

export interface Change {
  seq: number;
  position: number;
  option: number | null;
  clear: boolean;
  doubtful: boolean;
}

export interface Ack extends Envelope {
  acked: number[];
  saved_at: Instant;
}

export interface Submitted extends Envelope {
  receipt: Receipt;
}

export interface UnitScore {
  code: string;
  title: string;
  correct: number;
  items: number;
}

export interface Result {
  score: number;
  max_score: number;
  pass_mark: number;
  recommendation: "Lulus" | "Belum Lulus";
  units: UnitScore[];
  receipt: Receipt;
  rescue: { state: "approved" | "refused" | "waiting"; added: number; code: string | null } | null;
  released_at: Instant;
  /** When a correction of a key made it another score after it was out; never a lower one. */
  recounted_at: Instant | null;
}

/** A candidate's own case, once the exam is over. */
export interface OwnCase {
  state: "opened" | "statement-asked" | "statement-given" | "void" | "released";
  reason: string | null;
  account: string | null;
  until: Instant | null;
  may_state: boolean;
  statements: { words: string; at: Instant }[];
  letter: string | null;
}

export interface PracticeItem {
  position: number;
  stem: string;
  options: string[];
  /** Index of the right option. Practice items are never of the bank; their keys are public by intent. */
  answer: number;
  rationale: string;
}

export interface Practice {
  title: string;
  duration_seconds: number;
  options: number;
  items: PracticeItem[];
}

/** `application/problem+json` as the server writes it; a refusal may carry further members. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  retryable: boolean;
  number?: number;
  [member: string]: unknown;
}
