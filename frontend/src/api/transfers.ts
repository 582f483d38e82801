/** Files of items on their way into a bank and out of it. Times are RFC 3339. */
import { staff } from "./staff";
import type { Instant } from "./types";

export const FORMATS = ["xlsx", "docx", "csv", "moodle-xml", "gift", "aiken", "qti-3.0", "qti-2.2", "qti-2.1", "package"] as const;
export type Format = (typeof FORMATS)[number];
export const TEMPLATES: readonly Format[] = ["xlsx", "docx", "csv"];

export const OUTCOMES = ["new", "changed", "same", "refused", "not_taken"] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type ImportState = "reading" | "ready" | "refused" | "applying" | "applied" | "failed";

export interface Said {
  line: number;
  text_id: string;
  text_en: string;
}

export interface FieldFault extends Said {
  field: string;
}

export interface Import {
  id: string;
  scheme: string;
  name: string;
  format: Format | null;
  state: ImportState;
  made_at: Instant;
  /** Of the bank that the file was compared with. */
  revision: number | null;
  progress: { done: number; total: number };
  counts: Record<Outcome, number>;
  reason: string | null;
}

export interface ImportRow {
  line: number;
  code: string | null;
  kuk: string | null;
  excerpt: string;
  outcome: Outcome;
  faults: FieldFault[];
  left_out: Said[];
  differs: string[];
  similar: string | null;
}

export interface ImportReport extends Import {
  faults: FieldFault[];
  left_out: Said[];
  rows_total: number;
  rows: ImportRow[];
}

/** What a bank can leave as, and the kind of file that it then is. */
export const EXPORTS = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  "moodle-xml": "application/xml",
  gift: "text/plain",
  "qti-3.0": "application/zip",
  package: "application/octet-stream",
} as const satisfies Partial<Record<Format, string>>;
export type ExportFormat = keyof typeof EXPORTS;

export interface Export {
  id: string;
  /** What stands in the file. */
  short_id: string;
  scheme: string;
  format: ExportFormat;
  items: number;
  state: "waiting" | "approved" | "refused";
  reason: string;
  asked_by: string;
  asked_at: Instant;
  mine: boolean;
  decided_by: string | null;
  decided_at: Instant | null;
  decision_reason: string | null;
  /** Until when the file can be taken. */
  file_until: Instant | null;
  /** How often it was taken. */
  files: number;
}

export interface ExportList {
  server_time: Instant;
  exports: Export[];
}

const coded = encodeURIComponent;
const UPLOAD_MS = 120_000;

export interface FileAsked {
  scheme: string;
  format: Format | "auto";
  kuk: string;
  passphrase: string;
}

export const ROWS = 100;

/** Each of them rejects with a Problem or Unreachable, as every call does. */
export const transfers = {
  imports: () => staff.get<{ imports: Import[] }>("/bank/imports"),
  begin(file: File, { scheme, format, kuk, passphrase }: FileAsked): Promise<{ id: string }> {
    const asked = new URLSearchParams({ scheme, format, name: file.name, ...(kuk && { kuk }) });
    const bytes = new Blob([file], { type: "application/octet-stream" });
    return staff.send(`/bank/imports?${asked}`, bytes, UPLOAD_MS, passphrase ? { "Sahih-Passphrase": coded(passphrase) } : {});
  },
  read: (id: string, outcome: Outcome | null, page: number) =>
    staff.get<ImportReport>(`/bank/imports/${id}?page=${page}&size=${ROWS}${outcome ? `&outcome=${outcome}` : ""}`, 20_000),
  readAgain: (id: string) => staff.post<object>(`/bank/imports/${id}/read`, {}),
  apply: (id: string, revision: number, skip: number[], reason: string) => staff.post<object>(`/bank/imports/${id}/apply`, { revision, skip, reason }),
  discard: (id: string) => staff.post<undefined>(`/bank/imports/${id}/discard`, {}),
  exports: () => staff.get<ExportList>("/bank/exports"),
  ask: (body: { scheme: string; format: ExportFormat; reason: string; codes?: string[]; kuks?: string[] }) =>
    staff.post<{ id: string }>("/bank/exports", body),
  decide: (id: string, approve: boolean, reason: string) => staff.post<undefined>(`/bank/exports/${id}/decision`, { approve, reason }),
  file: (one: Export, passphrase: string) =>
    staff.made(`/bank/exports/${one.id}/file`, passphrase ? { passphrase } : {}, EXPORTS[one.format]),
};
