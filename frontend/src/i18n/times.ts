/** Days and times of a sitting, and numbers, in the form of the language; apart, since the question screen shows none. */
import { part, parts, type At, type Lang } from ".";

const ZONES: Readonly<Record<string, string>> = {
  "Asia/Jakarta": "WIB",
  "Asia/Pontianak": "WIB",
  "Asia/Makassar": "WITA",
  "Asia/Jayapura": "WIT",
};

export function zoneName(zone: string): string {
  return ZONES[zone] ?? zone;
}

/** "pukul 10.42 WIB", "10:42 WIB": always the sitting's zone, never the browser's. */
export function clockTime(at: At, zone: string, lang: Lang): string {
  const list = parts(at, zone, { hour: "2-digit", minute: "2-digit" }, lang);
  const [hour, minute] = [part(list, "hour"), part(list, "minute")];
  return lang === "id" ? `pukul ${hour}.${minute} ${zoneName(zone)}` : `${hour}:${minute} ${zoneName(zone)}`;
}

/** "Sabtu, 21 November 2026" */
export function date(at: At, zone: string, lang: Lang): string {
  return new Intl.DateTimeFormat(lang === "id" ? "id-ID" : "en-GB", {
    timeZone: zone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  }).format(new Date(at));
}

export function decimal(value: number, lang: Lang, digits = 0): string {
  return value.toLocaleString(lang === "id" ? "id-ID" : "en-GB", { maximumFractionDigits: digits });
}
