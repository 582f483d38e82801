/** The words of comparable forms, and what each refusal means there. */
import { Problem } from "../../api/client";
import type { Both, Limit, Person, Source } from "../../api/forms";
import type { Words } from "../../i18n";
import { staffFormsEn } from "../../i18n/staff.forms.en";
import { staffFormsId } from "../../i18n/staff.forms.id";
import { prefs } from "../../ui/prefs.svelte";
import { words } from "../../ui/staff/words.svelte";
import { bankAdvice, told } from "../bank/words";

export const formWords = (): Words<typeof staffFormsId> => (prefs.lang === "en" ? staffFormsEn : staffFormsId);

/** A text chosen by a code of the server; the code itself where we have no word for it. */
export function formWord(prefix: string, code: string): string {
  const known = (formWords() as unknown as Record<string, unknown>)[`${prefix}${code}`];
  return typeof known === "string" ? known : code;
}

export function formAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return bankAdvice(error);
  const faults = error.members["faults"];
  if (Array.isArray(faults) && faults.length > 0) return (faults as Both[]).map(told).join(" ");
  const known = formWord("no-", error.code);
  return known === error.code ? bankAdvice(error) : known;
}

/** Nobody: whoever runs the server. */
export const nameOf = (person: Person): string => person?.name ?? words().system;

export const sourceName = (source: Source): string => formWord("source-", source);

/** "KUK 1.1", "Unit MM 1", "Tingkat berpikir: menerapkan", "Soal bergambar" */
export function limitName({ dimension, value }: Pick<Limit, "dimension" | "value">): string {
  const name = formWord("dimension-", dimension);
  if (dimension === "level") return `${name}: ${formWord("level-", value)}`;
  return dimension === "kuk" || dimension === "unit" ? `${name} ${value}` : name;
}

/** "tepat 5", "3–8" */
export const bounds = (limit: Pick<Limit, "least" | "most"> | null): string =>
  limit === null ? formWords().none : limit.least === limit.most ? formWords().exactly(limit.least) : formWords().between(limit.least, limit.most);
