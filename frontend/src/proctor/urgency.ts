/** Who on the board needs attention first. Plain rules, no screen. */
import type { BoardCandidate } from "../api/staff";

/** A candidate's page speaks every 15 seconds: three missed words. */
const SILENT_MS = 45_000;

/** A device that spoke so lately has somebody in front of it. */
const BUSY_MS = 20_000;

/**
 * Higher comes first: whose exam is running unheard of, then who asks for another device, then who stands at the door,
 * then the others by seat. Who was never heard of is not there yet, and needs nothing.
 */
export function urgency(candidate: BoardCandidate, knownAt: number): number {
  if (isSilent(candidate, knownAt)) return 3;
  if (candidate.device_request) return 2;
  return candidate.phase === "waiting-admission" && candidate.last_contact_at !== null ? 1 : 0;
}

/** Seconds since the device that holds the exam last spoke, if that is so short ago that somebody works there. */
export function stillBusy(candidate: BoardCandidate, knownAt: number): number | null {
  if (candidate.last_contact_at === null) return null;
  const ago = Math.max(0, knownAt - Date.parse(candidate.last_contact_at));
  return ago <= BUSY_MS ? Math.round(ago / 1_000) : null;
}

export function isSilent(candidate: BoardCandidate, knownAt: number): boolean {
  const heard = candidate.last_contact_at ?? candidate.started_at;
  return candidate.phase === "running" && heard !== null && knownAt - Date.parse(heard) > SILENT_MS;
}
