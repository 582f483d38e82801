/** The words of answer files on staff pages, and what each refusal means to the person in front of the page. */
import { Problem } from "../../api/client";
import type { Words } from "../../i18n";
import { staffRescueEn } from "../../i18n/staff.rescue.en";
import { staffRescueId } from "../../i18n/staff.rescue.id";
import { prefs } from "../prefs.svelte";
import { advice } from "./session.svelte";

export const rescueWords = (): Words<typeof staffRescueId> => (prefs.lang === "en" ? staffRescueEn : staffRescueId);

interface Unclear {
  place: number;
  word: string;
  suggestions: string[];
}

interface Members {
  count?: number;
  words?: Unclear[] | string;
  fields?: { field: string; fault: string }[];
  positions?: number[];
  sitting?: string;
  participant?: string;
}

/** Names what is wrong where the server named it; anything that is not about answer files is said as everywhere. */
export function rescueAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return advice(error);
  const w = rescueWords();
  const { count, words, fields, positions, sitting, participant } = error.members as Members;
  switch (error.code) {
    case "rescue-words":
      return Array.isArray(words) ? words.map((one) => w.unclear(one.place, one.word, one.suggestions.join(", "))).join(" ") : w.sixWords(count ?? 0);
    case "rescue-file":
      return w["rescue-file"](fields?.[0]?.field ?? "", fields?.[0]?.fault ?? "");
    case "rescue-not-noted":
      return w["rescue-not-noted"](String(words));
    case "rescue-contradicts":
      return w["rescue-contradicts"]((positions ?? []).join(", "));
    case "rescue-other-sitting":
      return w["rescue-other-sitting"](sitting ?? "");
    case "rescue-other-candidate":
      return w["rescue-other-candidate"](participant ?? "");
  }
  const plain = (w as unknown as Record<string, unknown>)[error.code];
  return typeof plain === "string" ? plain : advice(error);
}
