/** Everything before an exam as staff pages read it: shapes, words, and what each refusal means. */
import { Problem } from "../../api/client";
import type { Words } from "../../i18n";
import { staffBeforeEn } from "../../i18n/staff.before.en";
import { staffBeforeId } from "../../i18n/staff.before.id";
import { prefs } from "../prefs.svelte";
import { advice } from "./session.svelte";

export interface Room {
  id: string;
  name: string;
  places: number | null;
  candidates: number;
  proctors: { id: string; name: string }[];
}

export interface Rooms {
  rooms: Room[];
  mine: string[] | null;
}

export interface RosterCandidate {
  roster_id: string;
  number: string;
  name: string;
  room_id: string | null;
  seat: string | null;
  photo_id: string | null;
}

export interface Roster {
  takes_people: boolean;
  candidates: RosterCandidate[];
}

export interface Fault {
  line: number;
  field: string;
  fault_id: string;
  fault_en: string;
}

export interface RosterPlan {
  sha256: string;
  plan: string;
  counts: Record<"add" | "change" | "same" | "refuse", number>;
  new_rooms: string[];
  ignored: string[];
  rows: {
    line: number;
    action: string;
    number: string | null;
    name: string;
    room: string | null;
    seat: string | null;
    earlier: string | null;
    changes: Record<string, [string | null, string | null]>;
    faults: Fault[];
  }[];
}

export interface Arrival {
  roster_id: string;
  attempt_id: string;
  number: string;
  name: string;
  room_id: string | null;
  seat: string | null;
  state: string;
  arrived_at: string | null;
  late: boolean;
  check_in: { document: string; matched: boolean; note: string | null; by: string; at: string } | null;
  absence: { note: string | null; by: string; at: string } | null;
  photo_id: string | null;
  waiting_photo: { id: string; added_by: string; added_at: string } | null;
}

export interface Arrivals {
  server_time: string;
  late_after: string;
  candidates: Arrival[];
}

export interface Computer {
  attempt_id: string;
  address: string;
  agent: string;
  reported_at: string;
  clock_offset_ms: number;
  round_trip_ms: number;
  faults: string[];
}

export const beforeWords = (): Words<typeof staffBeforeId> => (prefs.lang === "en" ? staffBeforeEn : staffBeforeId);

/** A text chosen by a code of the server. */
export function beforeWord(prefix: string, code: string): string {
  const found = (beforeWords() as unknown as Record<string, unknown>)[`${prefix}${code}`];
  return typeof found === "string" ? found : code;
}

export const faultWords = (fault: Fault): string => (prefs.lang === "en" ? fault.fault_en : fault.fault_id);

export function beforeAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return advice(error);
  const w = beforeWords();
  const members = error.members as { name?: string; faults?: Fault[] };
  if (error.code === "roster-file") return [w.cannotRead, ...(members.faults ?? []).map((one) => w.inLine(one.line, faultWords(one)))].join(" ");
  if (error.code === "seat-taken") return w["seat-taken"](members.name ?? "");
  const said = beforeWord("", error.code);
  return said === error.code ? advice(error) : said;
}

/** How many places somebody typed; none is no limit. */
export const placesOf = (typed: string): number | null => Number.parseInt(typed, 10) || null;

/** The bytes of a file as the server takes them. */
export async function packed(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
