/** The words of candidates' groups, and what each refusal means there. */
import { Problem } from "../../../api/client";
import type { GroupFault } from "../../../api/review-groups";
import type { Words } from "../../../i18n";
import { staffReviewGroupsEn } from "../../../i18n/staff.review-groups.en";
import { staffReviewGroupsId } from "../../../i18n/staff.review-groups.id";
import { prefs } from "../../../ui/prefs.svelte";
import { advice } from "../../../ui/staff/session.svelte";
import { said } from "../../shown/words";

export const groupWords = (): Words<typeof staffReviewGroupsId> => (prefs.lang === "en" ? staffReviewGroupsEn : staffReviewGroupsId);

/** "baris 3, tanggal persetujuan: isi nilai ini" without the row, which stands beside it. */
export const faultOf = (fault: GroupFault): string => (fault.field === "-" ? said(fault, "fault") : `${fault.field}: ${said(fault, "fault")}`);

export function groupAdvice(error: unknown): string {
  if (!(error instanceof Problem)) return advice(error);
  const known = (groupWords() as unknown as Record<string, unknown>)[`no-${error.code}`];
  const faults = (error.members["faults"] as GroupFault[] | undefined) ?? [];
  return typeof known === "string" ? [known, ...faults.map(faultOf)].join(" ") : advice(error);
}
