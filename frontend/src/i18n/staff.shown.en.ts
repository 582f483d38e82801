import type { Words } from ".";
import type { staffShownId } from "./staff.shown.id";

export const staffShownEn: Words<typeof staffShownId> = {
  explain: (title: string) => `What does ${title} mean?`,
  meaning: "What the figure means",
  n: "Number of data (n)",
  formula: "How it is computed",
  source: "Source",
  leastN: "Needs",
  method: "Limits in the review method",
  inMethod: "as the committee approved it in the review method",
  interval: "95% interval",
  tableAndFiles: "Table and downloads",
  tableOf: (title: string) => `Table: ${title}`,
  lower: "lower 95% limit",
  upper: "upper 95% limit",
  noPicture: "This browser cannot make the picture; the SVG can still be downloaded.",
};
