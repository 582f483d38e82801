/** Groups that candidates agreed to be counted by, for fairness alone. */
import { staff } from "./staff";

export interface GroupCount {
  attribute: string;
  value: string;
  people: number;
}

export interface GroupFault {
  line: number;
  field: string;
  fault_id: string;
  fault_en: string;
}

export interface GroupRow {
  line: number;
  number: string;
  attribute: string;
  value: string;
  consented_on: string | null;
  action: "add" | "change" | "same" | "skip" | "refuse";
  faults: GroupFault[];
}

export interface GroupPlan {
  sha256: string;
  rows: GroupRow[];
}

export const groups = {
  counts: () => staff.get<GroupCount[]>("/candidate-groups"),
  /** What the file (base64) would do; nothing is written. */
  look: (file: string) => staff.post<GroupPlan>("/candidate-groups/preview", { file }),
  record: (file: string, sha256: string) => staff.post<Record<GroupRow["action"], number>>("/candidate-groups/record", { file, sha256 }),
  withdraw: (number: string) => staff.post<{ withdrawn: number }>("/candidate-groups/withdraw", { number }),
};
