/**
 * Words in two languages, checked by the compiler: `id` is written first, `en` has to have the same keys and arguments.
 * Other entries bring catalogs of their own (`staff.id.ts` …), so that no page loads another page's words.
 */

export type Lang = "id" | "en";

/** The shape of a catalog: a text, or a function of the same arguments that makes one. */
export type Words<C> = { [K in keyof C]: C[K] extends (...values: infer A) => string ? (...values: A) => string : string };

const KEY = "sahih-lang";

export function storedLang(): Lang {
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "id";
  } catch {
    return "id";
  }
}

export function storeLang(lang: Lang): void {
  try {
    localStorage.setItem(KEY, lang);
  } catch {
    // The choice then lasts as long as the page.
  }
}

export type At = string | number;

export function parts(at: At, zone: string, options: Intl.DateTimeFormatOptions, lang: Lang): Intl.DateTimeFormatPart[] {
  const format = new Intl.DateTimeFormat(lang === "id" ? "id-ID" : "en-GB", { timeZone: zone, hourCycle: "h23", ...options });
  return format.formatToParts(new Date(at));
}

export function part(list: Intl.DateTimeFormatPart[], type: Intl.DateTimeFormatPartTypes): string {
  return list.find((one) => one.type === type)?.value ?? "";
}

/** "10:42:17", as the save state shows it. */
export function exactTime(at: At, zone: string, lang: Lang): string {
  const list = parts(at, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }, lang);
  return `${part(list, "hour")}:${part(list, "minute")}:${part(list, "second")}`;
}

/** "0:12", for what is short. */
export function shortCountdown(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** "01:59:07"; what is left is rounded up, so that 00:00:00 means over. */
export function countdown(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((value) => String(value).padStart(2, "0"))
    .join(":");
}
