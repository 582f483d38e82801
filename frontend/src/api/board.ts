/** The board of a sitting, as the proctor's pages read it. */

export interface Thresholds {
  silent_seconds: number;
  unsaved_minutes: number;
  late_minutes: number;
  low_percent: number;
  low_minutes: number;
  /** Of each kind of signal how often, or for how many seconds altogether. A server that sets none leaves it out. */
  signals?: Record<string, number>;
}

/** How often and how long altogether something was noticed. It is shown, and judges nobody. */
export interface SignalTally {
  kind: string;
  times: number;
  seconds: number;
}

export interface BoardCandidate {
  attempt_id: string;
  number: string;
  name: string;
  seat: string | null;
  room_id: string | null;
  state: string;
  phase: string;
  answered: number;
  items: number;
  started_at: string | null;
  ends_at: string | null;
  last_contact_at: string | null;
  last_saved_at: string | null;
  epoch: number;
  late: number;
  paused_at: string | null;
  paused_for: string | null;
  /** Until when the exam goes on by itself, once it was resumed with a countdown. */
  resumes_at: string | null;
  /** Until when the words of this candidate's answer file can be noted; null when they cannot be now. */
  note_until: string | null;
  /** The computer that holds the exam, where it is known. */
  device: { address: string; agent: string | null } | null;
  device_request: { requested_at: string; address: string; agent: string } | null;
  /** Incidents about this candidate that are still open. */
  incidents: number;
  /** Calls for help that are not over; one that was answered has somebody on the way. A server that knows none leaves it out. */
  help?: { id: string; need: string; called_at: string; answered_at?: string | null }[];
  /** Those over their threshold. */
  signals?: SignalTally[];
  /** Whether person, document and photograph matched at the newest check; null where nobody looked. */
  identity_matched?: boolean | null;
  /** Since when the candidate is marked as absent. */
  absent_at?: string | null;
}

export interface Incident {
  id: string;
  room_id: string | null;
  attempt_id: string | null;
  attempt_ids: string[];
  category: string;
  code: string | null;
  note: string;
  opened_at: string;
  closed_at: string | null;
  closing_note: string | null;
  opened_by: string;
  photos: { id: string; added_at: string }[];
  grant_ids: string[];
}

export interface BoardRoom {
  id: string;
  name: string;
  /** No proctor of this room has the board open. */
  unattended: boolean;
}

export interface Freeze {
  id: string;
  room_id: string | null;
  reason: string;
  frozen_at: string;
  frozen_by: string;
}

export interface TimeRequest {
  id: string;
  attempt_id: string;
  seconds: number;
  reason: string;
  requested_by: string;
  requested_by_id: string;
  requested_at: string;
}

/** What the board says besides its candidates. */
export interface BoardMembers {
  sitting_id: string;
  title: string;
  zone: string;
  admission: string;
  opens_at: string;
  closes_at: string;
  token: { value: string; expires_at: string | null } | null;
  thresholds: Thresholds;
  incidents: Incident[];
  rooms: BoardRoom[];
  freezes: Freeze[];
  time_requests: TimeRequest[];
  /** Whether this is the whole sitting, or the asker's rooms. */
  whole: boolean;
  /** Nobody who proctors the sitting has the board open. */
  unattended: boolean;
}

export interface Board extends BoardMembers {
  server_time: string;
  candidates: BoardCandidate[];
}

/** The first event of a stream, and what is sent to whoever missed one. */
export interface WholeEvent extends Board {
  number: number;
}

export interface ChangesEvent {
  number: number;
  server_time: string;
  members: Partial<BoardMembers>;
  /** Of each what changed; all of it where the candidate is new here. */
  candidates: (Partial<BoardCandidate> & { attempt_id: string })[];
  gone: string[];
}

/** What became of each candidate when something was done to many. */
export interface Outcomes {
  outcomes: Record<string, string>;
}

export interface RoomStaff {
  rooms: { id: string; name: string; places: number | null; candidates: number; proctors: { id: string; name: string }[] }[];
  staff: { id: string; name: string; head: boolean }[];
  mine: string[] | null;
}

export interface Grant {
  id: string;
  attempt_id: string;
  kind: string;
  seconds: number;
  reason: string;
  granted_at: string;
}

export interface TimelineEvent {
  at: string;
  what: string;
  by: string | null;
  reason: string | null;
  facts: Record<string, string | number | boolean | null>;
}
