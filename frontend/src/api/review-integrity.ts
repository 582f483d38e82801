/** The integrity report of a review: leads for people, never verdicts. */
import type { TimelineEvent } from "./board";
import type { Lead } from "./review";
import type { Figure } from "./figures";
import { staff } from "./staff";

export interface Said {
  text_id: string;
  text_en: string;
}

/** A plain sentence, what it rests on, and its figures; none where it could not be computed. */
export interface Topic extends Said {
  basis: Said[];
  figures: Figure[];
}

export interface Side {
  attempt: string;
  sitting: string;
  code: string;
  room: string | null;
  seat: string;
  score: Figure;
  minutes: Figure;
}

export interface Pair {
  /** The id of its lead. */
  lead: string;
  label: string;
  sides: [Side, Side];
  figures: Figure[];
}

export interface IntegrityPart {
  similarity: Topic & { pairs: Pair[] };
  effort: Topic & { bars: { value: number; count: number }[] };
  fit: Topic;
  gains: Topic;
  leads: (Lead & { sitting: string })[];
}

export const timelineOf = async (sitting: string, attempt: string): Promise<TimelineEvent[]> =>
  (await staff.get<{ events: TimelineEvent[] }>(`/sittings/${sitting}/attempts/${attempt}/timeline`)).events;
