import type { Words } from ".";
import type { staffReviewReportId } from "./staff.review-report.id";

export const staffReviewReportEn: Words<typeof staffReviewReportId> = {
  lead: "The report holds the whole review: figures, findings, actions and decisions, with every term explained. Its figures are those of the pages of this review.",
  draft: "The committee has not decided on this review. A print made now is marked DRAFT; print it again after the decision, to be signed.",
  early: "This review is not computed yet. The report can be made once it is.",
  files: "Download",
  pdfId: "Report in Indonesian (PDF)",
  pdfEn: "Report (PDF)",
  xlsx: "Data annex (Excel)",
  zip: "Data annex (CSV, for an Indonesian Excel)",
  filesHint: "Each print of the report is recorded and gets a code that anybody can check. The PDF is made to be kept (PDF/A). The annex holds no key, no text of an item and no candidate's name.",
  holds: "What it holds",
  evidence: "Map of evidence",
  evidenceLead: "Evidence in this review by clause of the scheme and of ISO/IEC 17024:2012, 9.3. Only what is really there is named.",
  clause: "Clause",
  asks: "What it asks",
  what: "Evidence",
  count: "Records",
  last: "Last",
  prints: "Earlier prints",
  noPrints: "This report has not been printed yet.",
  reload: "Refresh the list",
  code: "Code",
  content: "Fingerprint",
  check: (code: string) => `Check the print ${code}`,
};
