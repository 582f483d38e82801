/** Comparable forms as the office and the committee read them: blueprints, the reference standard, plans, certificates, the simulator. */
import type { Scheme } from "./bank";
import type { Figure } from "./figures";
import { staff } from "./staff";
import type { Instant } from "./types";

export type Dimension = "kuk" | "unit" | "level" | "picture" | "case" | "fixed";
/** What a blueprint may limit beside the criteria. */
export const FURTHER = ["unit", "level", "picture", "case", "fixed"] as const satisfies readonly Dimension[];

export type Person = { id: string; name: string } | null;
export interface Both {
  text_id: string;
  text_en: string;
}

export interface Limit {
  dimension: Dimension;
  value: string;
  least: number;
  most: number;
}

export interface BlueprintContent {
  items: number;
  limits: Limit[];
}

/** Written by one person, approved by another. */
export interface Decided {
  id: string;
  sha256: string;
  basis: string;
  made_by: Person;
  made_at: Instant;
  approved_by: Person;
  approved_at: Instant | null;
}

export interface Blueprint extends Decided {
  version_no: number;
  state: "draft" | "approved" | "replaced";
  content: BlueprintContent;
}

/** Which rule cannot be kept, by how much, and what would help. */
export interface Shortfall extends Both {
  rule: string;
  by: number;
}

export interface Cell extends Limit {
  available: number;
}

export interface Blueprints {
  blueprints: Blueprint[];
  /** The proposal that comes with the scheme. */
  default: BlueprintContent;
  /** Of the approved one, or of the default. */
  shortfalls: Shortfall[];
}

export interface Check {
  /** Of the blueprint itself; where there are any, the bank was not asked. */
  faults: (Both & { field: string })[];
  shortfalls: Shortfall[];
  cells: Cell[];
}

/** With how many digits a figure of its kind is printed, here as on the paper of the certificate. */
export type Digits = Record<"ability" | "information" | "points" | "share" | "shared" | "tolerance", number>;

export const SOURCES = ["calibrated", "empirical", "judged"] as const;
export type Source = (typeof SOURCES)[number];
export type Sources = Record<Source, number>;

export interface Standard extends Decided {
  state: "draft" | "approved" | "withdrawn";
  theta_cut: number;
  target: number;
  n_items: number;
  sources: Sources;
  blueprint_id: string;
}

export interface Standards {
  standards: Standard[];
  /** What the active bank would give now; none where it cannot give one yet. */
  draft: { theta_cut: number; target: number; n_items: number; sources: Sources; bank_expected: number } | null;
  digits: Digits;
}

export interface Settings {
  forms: number;
  /** The largest share of the forms that one item may be in. */
  exposure_cap: number;
  /** The most items that two forms may have in common. */
  overlap_cap: number;
  /** The least that a form and the next have in common. */
  overlap_least: number;
}

export interface Plan {
  id: string;
  state: "asked" | "proposed" | "failed" | "accepted" | "withdrawn";
  settings: Settings;
  seed_sha256: string;
  done: number;
  total: number;
  faults: Shortfall[];
  asked_by: Person;
  asked_at: Instant;
  decided_by: Person;
  decided_at: Instant | null;
  decision_reason: string | null;
  n_forms: number | null;
  certificate_sha256: string | null;
  /** After the release. */
  seed?: string | null;
}

export interface Plans {
  plans: Plan[];
  proposal: Settings | null;
  candidates: number;
  prepared: boolean;
  ready: { blueprint: boolean; standard: boolean };
}

export interface CertifiedForm {
  form_no: number;
  expected: number;
  /** Of the score of a candidate at the cut. */
  sd: number;
  information: number;
  /** Of `expected`, as the items' difficulties are uncertain. */
  se: number;
  reserved: number;
  gap: number;
  nodes: number;
  sources: Sources;
}

export interface Certificate {
  scheme: { code: string; version_no: number };
  sitting: { code: string; title: string };
  algorithm: string;
  solver: string;
  seed_sha256: string;
  bank_sha256: string;
  blueprint_sha256: string;
  standard_sha256: string;
  sha256: string;
  items: number;
  target: number;
  theta_cut: number;
  tolerance: number;
  settings: Settings;
  blueprint: (Limit & { counts: number[] })[];
  forms: CertifiedForm[];
  spread: Record<"expected_min" | "expected_max" | "expected_sd" | "worst_deviation" | "sd_min" | "sd_max" | "information_min" | "information_max", number>;
  uncertainty: { se_form_max: number; se_common: number; pair_95_max: number };
  evidence: Sources & { grade: Source };
  /** The matrix is empty where nobody would read it. */
  overlap: { matrix: number[][]; mean: number; p95: number; max: number; least: number };
  exposure: { cap: number; max: number; mean: number; unused: number; counts: Record<string, number> };
  enemies: { pairs: number; together: number };
  cases: { groups: number; split: number };
  drift: { bank_expected: number; difference: number };
  retakes: { form_no: number; people: number; overlap: number }[];
  acceptable: boolean;
  /** Faults, which forbid to accept, come first. */
  remarks: (Both & { fault: boolean })[];
  accepted: { by: Person; at: Instant } | null;
  digits: Digits;
}

export interface SimulatedPool {
  size: number;
  /** The share of the candidates who see an item, on average and at most. */
  exposure: number;
  exposure_most: number;
  overlap_mean: number;
  n_per_item: number;
  se_p: number;
  years_to_rasch: number;
  years_to_2pl: number;
}

export interface Question {
  scheme: string;
  candidates_per_year: number;
  sittings_per_year: number;
  forms?: number;
  exposure_cap?: number;
  pool_size?: number;
}

export interface Simulation {
  pools: SimulatedPool[];
  /** Of forms that were planned once; where they could not be, `shortfalls` say why and the figures are null. */
  comparability: { pool_size: number; forms: number | null; shortfalls: Shortfall[] } & (
    | { evidence: Source; expected_min: number; expected_max: number; pair_95_max: number }
    | { evidence: null }
  );
  recommended: Both & { size: number; forms: number };
  seed: string;
  digits: Digits;
}

export interface FormEquity {
  form_no: number;
  n: Figure;
  /** Who sat before and was given a form that spares them. */
  repeaters: Figure;
  expected: Figure;
  observed: Figure;
  /** What a candidate at the cut of the standard expects on this form. */
  equivalent: Figure;
  flips: Figure;
  /** What the pass mark on the other forms is on this one by the scores alone. */
  equated: Figure;
}

export interface Equity {
  forms: FormEquity[];
  method: Both;
  flips: Figure;
  n: Figure;
}

const coded = encodeURIComponent;
const ofSitting = (id: string): string => `/sittings/${coded(id)}/forms`;
/** The server lets the solver look at a whole bank. */
const CHECKED_WITHIN_MS = 30_000;
const SIMULATED_WITHIN_MS = 120_000;

/** Each of them rejects with a Problem or Unreachable, as every call does. */
export const forms = {
  schemes: () => staff.get<{ schemes: Scheme[] }>("/forms/schemes"),
  blueprints: (scheme: string) => staff.get<Blueprints>(`/forms/blueprints?scheme=${coded(scheme)}`, CHECKED_WITHIN_MS),
  check: (scheme: string, content: BlueprintContent) =>
    staff.post<Check>("/forms/blueprints/check", { scheme, content }, { timeoutMs: CHECKED_WITHIN_MS }),
  writeBlueprint: (scheme: string, content: BlueprintContent, basis: string) =>
    staff.post<{ id: string }>("/forms/blueprints", { scheme, content, basis }),
  approveBlueprint: (id: string) => staff.post<object>(`/forms/blueprints/${id}/approve`, {}),
  standards: (scheme: string) => staff.get<Standards>(`/forms/standards?scheme=${coded(scheme)}`, CHECKED_WITHIN_MS),
  writeStandard: (scheme: string, basis: string, carry_over: boolean) =>
    staff.post<{ id: string }>("/forms/standards", { scheme, basis, carry_over }, { timeoutMs: CHECKED_WITHIN_MS }),
  approveStandard: (id: string) => staff.post<object>(`/forms/standards/${id}/approve`, {}),
  plans: (sitting: string) => staff.get<Plans>(ofSitting(sitting), CHECKED_WITHIN_MS),
  ask: (sitting: string, settings: Settings) => staff.post<{ id: string }>(ofSitting(sitting), { settings }),
  accept: (sitting: string, plan: string) => staff.post<object>(`${ofSitting(sitting)}/${plan}/accept`, {}),
  withdraw: (sitting: string, plan: string, reason: string) => staff.post<object>(`${ofSitting(sitting)}/${plan}/withdraw`, { reason }),
  prepare: (sitting: string) => staff.post<object>(`/sittings/${coded(sitting)}/prepare`, {}, { timeoutMs: SIMULATED_WITHIN_MS }),
  certificate: (sitting: string, plan: string) => staff.get<Certificate>(`${ofSitting(sitting)}/${plan}/certificate`, CHECKED_WITHIN_MS),
  certificatePdf: (sitting: string, plan: string, lang: string): string => `/api/staff${ofSitting(sitting)}/${plan}/certificate.pdf?lang=${lang}`,
  simulate: (question: Question) => staff.post<Simulation>("/forms/simulate", question, { timeoutMs: SIMULATED_WITHIN_MS }),
  equity: (sitting: string) => staff.get<Equity>(`/sittings/${coded(sitting)}/equity`, CHECKED_WITHIN_MS),
};
