/** The words of figures and plots, and texts that come from the server in both languages. */
import type { Words } from "../../i18n";
import { staffShownEn } from "../../i18n/staff.shown.en";
import { staffShownId } from "../../i18n/staff.shown.id";
import { prefs } from "../../ui/prefs.svelte";

export const shownWords = (): Words<typeof staffShownId> => (prefs.lang === "en" ? staffShownEn : staffShownId);

/** `said(lead, "text")`, `said(definition, "title")`: the member of this name in the chosen language. */
export function said<K extends string>(of: Record<`${K}_id` | `${K}_en`, string>, name: K): string {
  return prefs.lang === "en" ? of[`${name}_en`] : of[`${name}_id`];
}
