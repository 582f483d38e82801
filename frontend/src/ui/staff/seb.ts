/** Safe Exam Browser on staff pages: its shapes, its words, and what each refusal means to the person in front of the page. */
import { Problem } from "../../api/client";
import type { Words } from "../../i18n";
import { staffSebEn } from "../../i18n/staff.seb.en";
import { staffSebId } from "../../i18n/staff.seb.id";
import { prefs } from "../prefs.svelte";
import { advice } from "./session.svelte";

export interface SebSetting {
  required: boolean;
  may_change: boolean;
  file: string;
  chosen: {
    allowed_versions: string[];
    has_certificate: boolean;
    config_key: string;
    changed_by: string;
    changed_at: string;
  } | null;
}

export type SebKind = "missing" | "wrong" | "other-session" | "right";

export interface SebFailure {
  attempt_id: string;
  number: string;
  name: string;
  first: { at: string; kind: SebKind; path: string };
  last: { at: string; kind: SebKind };
  changes: number;
  override: { reason: string; by: string; at: string } | null;
}

export const sebWords = (): Words<typeof staffSebId> => (prefs.lang === "en" ? staffSebEn : staffSebId);

export function sebAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return advice(error);
  const w = sebWords();
  if (error.code === "seb-version") return w["seb-version"](String(error.members["version"] ?? ""));
  const plain = (w as unknown as Record<string, unknown>)[error.code];
  return typeof plain === "string" ? plain : advice(error);
}
