/** The words of the page of texts, who may open it, and what each refusal means there. */
import { Problem } from "../../api/client";
import type { Words } from "../../i18n";
import { staffTextsEn } from "../../i18n/staff.texts.en";
import { staffTextsId } from "../../i18n/staff.texts.id";
import { prefs } from "../../ui/prefs.svelte";
import { advice } from "../../ui/staff/session.svelte";

export const UNDERTAKINGS = "identity:undertaking:write";
export const INVITATIONS = "proctoring:invitation:write";
export const TEXT_PERMISSIONS = [UNDERTAKINGS, INVITATIONS];

export const textWords = (): Words<typeof staffTextsId> => (prefs.lang === "en" ? staffTextsEn : staffTextsId);

export function textAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return advice(error);
  const w = textWords();
  if (error.code === "bad-placeholder") return w.badPlaceholder(listed(error.members["unknown"]), listed(error.members["known"]));
  if (error.code === "text-changed") return w.changed;
  if (error.code === "frozen") return w.frozen;
  return advice(error);
}

const listed = (names: unknown): string => (names as string[]).map((name) => `$${name}`).join(", ");
