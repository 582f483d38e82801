/** What a screen can show of one attempt: its name, its data, and what was refused. */
import type { Aids, Instant, Me, Question, Receipt, Result } from "../../api/types";
import type { Mark, Rescue } from "./rows";
import type { Link } from "./transport";

export type Screen =
  | "connecting"
  | "login"
  | "confirm"
  | "rules"
  | "waiting"
  | "device-locked"
  | "question"
  | "paused"
  | "locked"
  | "collecting"
  | "moved"
  | "receipt"
  | "result"
  | "withheld"
  | "too-late"
  | "void"
  | "other-exam"
  | "stopped";

/** Where the newest answer is: nowhere safe yet, on this computer, or with the server. */
export type Save = { where: "nothing" | "unsaved" | "here" } | { where: "server"; at: Instant };

export interface Refusal {
  code: string;
  number: number | null;
  incident: string | null;
}

export interface Fresh {
  screen: Screen;
  me: Me | null;
  lang: string;
  questions: readonly Question[];
  images: Readonly<Record<string, string>>;
  aids: Aids | null;
  answers: Readonly<Record<number, Mark>>;
  position: number;
  save: Save;
  unsent: number;
  aside: number;
  link: Link;
  /** What the server counts up whenever there is something to read again; -1 before it was heard. */
  rev: number;
  durable: boolean;
  endsAt: number | null;
  closesAt: number | null;
  /** Paused: when it goes on by itself, where that is known already. */
  resumesAt: number | null;
  receipt: Receipt | null;
  result: Result | null;
  /** The line was down at the bell, and these answers did not reach the server: they can be saved as a file. */
  rescue: Rescue | null;
  refusal: Refusal | null;
  /** The request that closes the attempt went out: it may have arrived, so nothing can be changed any more. */
  closing: boolean;
  busy: boolean;
}

export const UNDER_WAY: ReadonlySet<Screen> = new Set<Screen>(["question", "paused", "locked", "collecting"]);

/** Numbers of the refusals that this page makes itself; the server's own come with its answer. */
export const CLIENT_NUMBERS: Readonly<Record<string, number>> = { unreachable: 911, "not-our-server": 912, "page-fault": 913 };

export function untouched(durable: boolean): Fresh {
  return {
    screen: "connecting",
    me: null,
    lang: "id",
    questions: [],
    images: {},
    aids: null,
    answers: {},
    position: 1,
    save: { where: "nothing" },
    unsent: 0,
    aside: 0,
    link: "up",
    rev: -1,
    durable,
    endsAt: null,
    closesAt: null,
    resumesAt: null,
    receipt: null,
    result: null,
    rescue: null,
    refusal: null,
    closing: false,
    busy: false,
  };
}
