/** The words of imports and exports, and what each refusal means there. */
import { Problem } from "../../../api/client";
import type { FieldFault } from "../../../api/transfers";
import type { Words } from "../../../i18n";
import { staffTransfersEn } from "../../../i18n/staff.transfers.en";
import { staffTransfersId } from "../../../i18n/staff.transfers.id";
import { prefs } from "../../../ui/prefs.svelte";
import { bankAdvice, told } from "../words";

export const transferWords = (): Words<typeof staffTransfersId> => (prefs.lang === "en" ? staffTransfersEn : staffTransfersId);

/** A text chosen by a code of the server; the code itself where we have no word for it. */
export function transferWord(prefix: string, code: string): string {
  const known = (transferWords() as unknown as Record<string, unknown>)[`${prefix}${code}`];
  return typeof known === "string" ? known : code;
}

/** "options.2" → "Opsi" */
export const fieldName = (field: string): string => transferWord("field-", field.split(".")[0]!);

export function transferAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return bankAdvice(error);
  const known = transferWord("no-", error.code);
  if (known === error.code) return bankAdvice(error);
  const faults = (error.members["faults"] ?? []) as FieldFault[];
  return [known, ...faults.map(told)].join(" ");
}
