/** Days, times of the sitting and numbers in the chosen language. Read them in markup: they follow the switch. */
import { clockTime, date, decimal } from "../i18n/times";
import { prefs } from "../ui/prefs.svelte";

export const atClock = (at: string | number, zone: string): string => clockTime(at, zone, prefs.lang);
export const onDate = (at: string | number, zone: string): string => date(at, zone, prefs.lang);
export const inNumber = (value: number, digits = 0): string => decimal(value, prefs.lang, digits);
