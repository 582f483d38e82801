/** The staff pages' words in the chosen language. */
import type { Words } from "../../i18n";
import { clockTime, date, zoneName } from "../../i18n/times";
import { staffEn } from "../../i18n/staff.en";
import { staffId } from "../../i18n/staff.id";
import { prefs } from "../prefs.svelte";

export const words = (): Words<typeof staffId> => (prefs.lang === "en" ? staffEn : staffId);

/** A text chosen by a code of the server, e.g. `phase-running`; the code itself where we have no word for it. */
export function wordFor(prefix: string, code: string): string {
  const known = words() as unknown as Record<string, string>;
  return known[`${prefix}${code}`] ?? code;
}

/** "0,85", "−0,12" */
export function figure(value: number, digits: number): string {
  const shown = value.toLocaleString(prefs.lang === "id" ? "id-ID" : "en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return shown.replace("-", "−");
}

/** "71,4 %", "71.4%" */
export const percent = (value: number, digits = 0): string => `${figure(value * 100, digits)}${prefs.lang === "id" ? "\u00a0%" : "%"}`;

/** "Sabtu, 21 November 2026 pukul 10.42 WIB" */
export const moment = (at: string, zone: string): string => `${date(at, zone, prefs.lang)} ${clockTime(at, zone, prefs.lang)}`;

/** "21 November 2026" */
export const day = (at: string, zone: string): string => date(at, zone, prefs.lang).replace(/^\p{L}+,? /u, "");

export const clock = (at: string, zone: string): string => clockTime(at, zone, prefs.lang);

/** "Sabtu, 21 November 2026, pukul 08.00–11.00 WIB"; over two days both ends in full. */
export function span(from: string, until: string, zone: string): string {
  if (date(from, zone, prefs.lang) !== date(until, zone, prefs.lang)) return `${moment(from, zone)} – ${moment(until, zone)}`;
  const start = clock(from, zone).replace(` ${zoneName(zone)}`, "");
  return `${date(from, zone, prefs.lang)}, ${start}–${clock(until, zone).replace("pukul ", "")}`;
}
