/** Who on the board needs attention first. Plain rules, no screen. */
import type { BoardCandidate } from "../api/staff";

/** A candidate's page speaks every 15 seconds: three missed words. */
const SILENT_MS = 45_000;

/** Higher comes first: who asks for something, then who was not heard of, then the others by seat. */
export function urgency(candidate: BoardCandidate, knownAt: number): number {
  if (candidate.device_request) return 3;
  if (candidate.phase === "waiting-admission") return 2;
  return isSilent(candidate, knownAt) ? 1 : 0;
}

export function isSilent(candidate: BoardCandidate, knownAt: number): boolean {
  const heard = candidate.last_contact_at ?? candidate.started_at;
  return candidate.phase === "running" && heard !== null && knownAt - Date.parse(heard) > SILENT_MS;
}
