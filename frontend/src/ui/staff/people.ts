/** The words of undertakings, invitations and irregularities, and what each refusal means to the person in front of the page. */
import { Problem } from "../../api/client";
import type { Words } from "../../i18n";
import { staffPeopleEn } from "../../i18n/staff.people.en";
import { staffPeopleId } from "../../i18n/staff.people.id";
import { prefs } from "../prefs.svelte";
import { advice } from "./session.svelte";

export const peopleWords = (): Words<typeof staffPeopleId> => (prefs.lang === "en" ? staffPeopleEn : staffPeopleId);

/** A text chosen by a code of the server; the code itself where we have no word for it. */
export function peopleWord(prefix: string, code: string): string {
  const known = peopleWords() as unknown as Record<string, string>;
  return known[`${prefix}${code}`] ?? code;
}

export function peopleAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return advice(error);
  if (error.code === "may-not-decide") return peopleWord("bar-", String(error.members["bar"]));
  const plain = (peopleWords() as unknown as Record<string, unknown>)[error.code];
  return typeof plain === "string" ? plain : advice(error);
}
