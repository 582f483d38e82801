/** Who on the board needs attention, and why. Plain rules with thresholds that are data; no screen, no verdict. */
import type { BoardCandidate, BoardMembers, TimeRequest } from "../api/board";

/** A device that spoke so lately has somebody in front of it. */
const BUSY_MS = 20_000;

/** In the order in which they come first. */
export const KINDS = ["help", "silent", "device", "grant", "unsaved", "door", "incident", "low", "signal", "late"] as const;

export type Kind = (typeof KINDS)[number];

export interface Reason {
  kind: Kind;
  /** For how long, in seconds; or how many, or how much. */
  value: number;
  /** What a call for help is about. */
  need?: string;
}

type Rules = Pick<BoardMembers, "thresholds" | "opens_at"> & { time_requests: Pick<TimeRequest, "attempt_id">[] };

/**
 * Why this row asks for attention, the most urgent first; empty where it does not. A threshold of 0 is off.
 * Who was never heard of is not there yet, and needs nothing before it counts as late.
 */
export function reasons(candidate: BoardCandidate, rules: Rules, knownAt: number): Reason[] {
  const found: Reason[] = [];
  const { thresholds: limits } = rules;
  const since = (at: string): number => Math.max(0, Math.floor((knownAt - Date.parse(at)) / 1_000));
  const call = candidate.help?.[0];
  if (call) found.push({ kind: "help", value: since(call.called_at), need: call.need });
  const silence = silentFor(candidate, limits.silent_seconds, knownAt);
  if (silence !== null) found.push({ kind: "silent", value: silence });
  if (candidate.device_request) found.push({ kind: "device", value: since(candidate.device_request.requested_at) });
  if (rules.time_requests.some((one) => one.attempt_id === candidate.attempt_id)) found.push({ kind: "grant", value: 0 });
  const worked = candidate.last_saved_at ?? candidate.started_at;
  if (candidate.phase === "running" && worked !== null) {
    const unsaved = since(worked);
    if (limits.unsaved_minutes > 0 && unsaved > limits.unsaved_minutes * 60 && candidate.answered < candidate.items) found.push({ kind: "unsaved", value: unsaved });
  }
  if (candidate.phase === "waiting-admission" && isThere(candidate)) found.push({ kind: "door", value: 0 });
  if (candidate.incidents > 0) found.push({ kind: "incident", value: candidate.incidents });
  if (isLow(candidate, limits.low_percent, limits.low_minutes, knownAt)) found.push({ kind: "low", value: candidate.answered });
  if (candidate.phase === "running" && candidate.signals?.length) found.push({ kind: "signal", value: 0 });
  const missed = since(rules.opens_at);
  if (limits.late_minutes > 0 && ["waiting-admission", "ready"].includes(standing(candidate)) && missed > limits.late_minutes * 60) found.push({ kind: "late", value: missed });
  return found;
}

/** What a row is counted and looked for as: its phase, unless the candidate is marked as absent. */
export const standing = (candidate: BoardCandidate): string => (candidate.absent_at ? "absent" : candidate.phase);

/** Whether a page of the candidate was heard of, after the mark of absence where there is one. */
function isThere({ last_contact_at: heard, absent_at: absent }: BoardCandidate): boolean {
  return heard !== null && (!absent || Date.parse(heard) > Date.parse(absent));
}

/** The place of a row: lower comes first; rows without a reason come last. */
export function rank(found: Reason[]): number {
  return found[0] ? KINDS.indexOf(found[0].kind) : KINDS.length;
}

/** Seconds since the device that holds the exam last spoke, if that is so short ago that somebody works there. */
export function stillBusy(candidate: BoardCandidate, knownAt: number): number | null {
  if (candidate.last_contact_at === null) return null;
  const ago = Math.max(0, knownAt - Date.parse(candidate.last_contact_at));
  return ago <= BUSY_MS ? Math.round(ago / 1_000) : null;
}

/** Seconds for which nothing was heard of a running exam, if that is longer than the threshold. */
function silentFor(candidate: BoardCandidate, limit: number, knownAt: number): number | null {
  const heard = candidate.last_contact_at ?? candidate.started_at;
  if (limit === 0 || candidate.phase !== "running" || heard === null) return null;
  const silence = knownAt - Date.parse(heard);
  return silence > limit * 1_000 ? Math.floor(silence / 1_000) : null;
}

function isLow(candidate: BoardCandidate, percent: number, minutes: number, knownAt: number): boolean {
  if (candidate.phase !== "running" || candidate.ends_at === null || candidate.items === 0) return false;
  const left = Date.parse(candidate.ends_at) - knownAt;
  return left < minutes * 60_000 && candidate.answered * 100 < percent * candidate.items;
}
