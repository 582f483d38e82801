/** The words of the chosen language, and times of the sitting in it. Read them in markup: they follow the switch. */
import { clockTime, date, decimal, exactTime, type Words } from "../i18n";
import { id } from "../i18n/id";
import { prefs } from "../ui/prefs.svelte";
import type { Refusal } from "./core/attempt";

let english = $state.raw<Words<typeof id> | null>(null);

/** English is fetched beside the page, early enough that a lost line later cannot stop the switch. */
async function fetchEnglish(): Promise<void> {
  try {
    english = (await import("../i18n/en")).en;
  } catch {
    setTimeout(() => void fetchEnglish(), 5_000);
  }
}
void fetchEnglish();

export const words = (): Words<typeof id> => (prefs.lang === "en" && english) || id;

export const atClock = (at: string | number, zone: string): string => clockTime(at, zone, prefs.lang);
export const atSecond = (at: string | number, zone: string): string => exactTime(at, zone, prefs.lang);
export const onDate = (at: string | number, zone: string): string => date(at, zone, prefs.lang);
export const inNumber = (value: number, digits = 0): string => decimal(value, prefs.lang, digits);

export const letter = (option: number): string => String.fromCharCode(65 + option);

/** What a refusal means and what to do, by its number. */
export function advice(refusal: Refusal): string {
  if (refusal.code === "not-found") return words().rNotFound;
  const known = words() as unknown as Record<string, string>;
  return known[`r${refusal.number ?? "Other"}`] ?? words().rOther;
}

/** "24 menit", for the cues. */
export function leftInWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return words().inWords(Math.floor(seconds / 60), seconds % 60);
}
