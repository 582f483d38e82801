/** Angoff panels: judges rate items in two rounds; nobody sees another's ratings before a round is frozen. */
import type { Shown } from "./bank";
import type { Figure } from "./figures";
import type { Said } from "./review-integrity";
import { staff } from "./staff";

export type PanelState = "round-1" | "feedback" | "round-2" | "closed" | "withdrawn";

export interface PanelRow {
  id: string;
  title: string;
  state: PanelState;
  made_at: string;
  closed_at: string | null;
  /** This person has something to rate now. */
  waits_for_me: boolean;
}

export interface PanelSummary extends PanelRow {
  items: number;
  judges: number;
}

export interface Compromise {
  minimum: number;
  pass_percent: number;
  min_cut: number;
  max_cut: number;
  min_fail: number;
  max_fail: number;
}

export interface RatedItem {
  version_id: string;
  code: string;
  kuk: string;
  /** What this person said, by round. */
  own: Record<"1" | "2", number | null>;
  /** The group's spread in the round that was frozen last. */
  group: { mean: Figure; least: number; most: number } | null;
  observed: Figure | null;
}

export interface RoundResult {
  figures: Figure[];
  /** All judges for whoever leads the panel, else only oneself. */
  judges: { person_id: string; name: string; expertise: string; figures: Figure[] }[];
  comparison: Said | null;
  compromise: Figure[];
}

export interface Panel extends PanelRow {
  scheme: { code: string; title: string };
  pass_mark: number | null;
  max_score: number | null;
  few_judges: boolean;
  round: 1 | 2 | null;
  leads: boolean;
  me: { may_rate: boolean; done_rounds: number[]; compromise: Compromise | null } | null;
  judges: { name: string; expertise: string; done_rounds: number[]; rated: number }[];
  items: RatedItem[];
  results: Partial<Record<"1" | "2", RoundResult>>;
}

export interface Choices {
  most_items: number;
  wise_judges: number;
  items: { version_id: string; code: string; kuk: string; n: number }[];
  judges: { person_id: string; name: string }[];
}

export interface NewPanel {
  scheme: string;
  title: string;
  items: string[];
  judges: { person_id: string; expertise: string }[];
}

export const angoff = {
  all: () => staff.get<{ panels: PanelSummary[] }>("/angoff-panels"),
  choices: (scheme: string) => staff.get<Choices>(`/angoff-choices?scheme=${encodeURIComponent(scheme)}`),
  open: (panel: NewPanel) => staff.post<{ id: string }>("/angoff-panels", panel),
  one: (id: string) => staff.get<Panel>(`/angoff-panels/${id}`),
  item: (id: string, version: string) => staff.get<{ shown: Shown; lang: string }>(`/angoff-panels/${id}/items/${version}`),
  rate: (id: string, percents: Record<string, number>) => staff.put(`/angoff-panels/${id}/ratings`, { percents }),
  done: (id: string, compromise: Compromise | null) => staff.post(`/angoff-panels/${id}/done`, { compromise }),
  move: (id: string, to: PanelState) => staff.post(`/angoff-panels/${id}/moves`, { to }),
};
