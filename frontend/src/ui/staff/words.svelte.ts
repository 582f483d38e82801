/** The staff pages' words in the chosen language. */
import { clockTime, date, type Words } from "../../i18n";
import { staffEn } from "../../i18n/staff.en";
import { staffId } from "../../i18n/staff.id";
import { prefs } from "../prefs.svelte";

export const words = (): Words<typeof staffId> => (prefs.lang === "en" ? staffEn : staffId);

/** A text chosen by a code of the server, e.g. `phase-running`; the code itself where we have no word for it. */
export function wordFor(prefix: string, code: string): string {
  const known = words() as unknown as Record<string, string>;
  return known[`${prefix}${code}`] ?? code;
}

/** "0,85" */
export function figure(value: number, digits: number): string {
  return value.toLocaleString(prefs.lang === "id" ? "id-ID" : "en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** "71,4 %" */
export const percent = (value: number, digits = 0): string => `${figure(value * 100, digits)} %`;

/** "Sabtu, 21 November 2026 pukul 10.42 WIB" */
export const moment = (at: string, zone: string): string => `${date(at, zone, prefs.lang)} ${clockTime(at, zone, prefs.lang)}`;
