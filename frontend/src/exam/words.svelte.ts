/** The words of the chosen language, and times of the sitting in it. Read them in markup: they follow the switch. */
import { exactTime, type Words } from "../i18n";
import { id } from "../i18n/id";
import { prefs } from "../ui/prefs.svelte";
import type { Refusal } from "./core/attempt";
import { fetchAside, fetched } from "./fetched.svelte";

if (prefs.lang === "en") fetchAside();

export const words = (): Words<typeof id> => (prefs.lang === "en" && fetched()?.en) || id;

export const atSecond = (at: string | number, zone: string): string => exactTime(at, zone, prefs.lang);

export const letter = (option: number): string => String.fromCharCode(65 + option);

/** What a refusal means and what to do, by its number. */
export function advice(refusal: Refusal): string {
  const known = { ...words(), ...fetched()?.asideWords() } as unknown as Record<string, string>;
  return known[refusal.code === "not-found" ? "rNotFound" : `r${refusal.number}`] ?? words().rOther;
}

/** "24 menit", for the cues. */
export function leftInWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return words().inWords(Math.floor(seconds / 60), seconds % 60);
}
