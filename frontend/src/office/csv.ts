/** Tables as files that a spreadsheet in Indonesia opens as they stand. */
export type Value = string | number | null;

/** Columns part by semicolons and decimals by commas there; the mark at the beginning tells it the letters. */
export function csv(head: readonly string[], rows: readonly (readonly Value[])[], columns = ";"): string {
  return `\uFEFF${[head, ...rows].map((line) => line.map((value) => cell(value, columns)).join(columns)).join("\r\n")}\r\n`;
}

/** What begins like a formula is not to be one; a number may begin with its sign. */
function cell(value: Value, columns: string): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value).replace(".", ",");
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return safe.includes('"') || safe.includes(columns) || /[\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
