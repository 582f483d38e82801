/** The words of the board, and what each refusal means to the person in front of it. */
import { Problem } from "../api/client";
import type { Words } from "../i18n";
import { staffBoardEn } from "../i18n/staff.board.en";
import { staffBoardId } from "../i18n/staff.board.id";
import { prefs } from "../ui/prefs.svelte";
import { advice } from "../ui/staff/session.svelte";
import type { SignalTally } from "../api/board";
import { kindInWords } from "../ui/kinds";
import type { Reason } from "./urgency";

export const boardWords = (): Words<typeof staffBoardId> => (prefs.lang === "en" ? staffBoardEn : staffBoardId);

/** A text chosen by a code of the server, e.g. `out-done`; the code itself where we have no word for it. */
export function boardWord(prefix: string, code: string): string {
  const known = (boardWords() as unknown as Record<string, unknown>)[`${prefix}${code}`];
  return typeof known === "string" ? known : code;
}

/** Why a row is at the top, in words: "tidak terdengar 1 mnt 20 dtk". */
export function reasonText({ kind, value, need }: Reason): string {
  const w = boardWords();
  switch (kind) {
    case "help":
      return w["why-help"](boardWord("need-", need ?? "other"), w.lasting(value));
    case "silent":
    case "device":
    case "unsaved":
    case "late":
      return w[`why-${kind}`](w.lasting(value));
    case "incident":
    case "low":
      return w[`why-${kind}`](value);
    case "grant":
    case "door":
    case "signal":
      return w[`why-${kind}`];
  }
}

/** What was noticed, in calm words: "meninggalkan halaman 4 kali, 1 mnt 12 dtk". That a page was left and for how long are one thing. */
export function signalTexts(signals: SignalTally[]): string[] {
  const left = signals.find(({ kind }) => kind === "focus-lost");
  const back = signals.find(({ kind }) => kind === "focus-back");
  const others = signals.filter((one) => one !== back && (one !== left || !back));
  const away = back && { kind: "focus-lost", times: left?.times ?? back.times, seconds: back.seconds };
  return [...(away ? [away] : []), ...others].map(noticed);
}

function noticed({ kind, times, seconds }: SignalTally): string {
  const w = boardWords();
  const known = (w as unknown as Record<string, unknown>)[`saw-${kind}`];
  const word = typeof known === "string" ? known : kindInWords(kind);
  return [typeof known === "function" ? String(known(times)) : word, ...(seconds > 0 ? [w.lasting(seconds)] : [])].join(", ");
}

export function boardAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return advice(error);
  const known = boardWord("", error.code);
  return known === error.code ? advice(error) : known;
}
