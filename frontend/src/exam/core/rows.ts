/**
 * What is kept of an attempt on this computer. The shelves, and what a row of each is:
 *
 *   device   per attempt: the secret that makes this computer the holder, the last seq taken, the place of the reader
 *   answers  per position: the newest value known here, whoever made it (a mirror, so that a stale tab adds and never undoes)
 *   outbox   per position: the newest change that the server has not acknowledged
 *   aside    changes that the server will never take from here; kept, so that a proctor can still ask for them
 *   comments remarks on items that are still to be sent
 */
import type { Change } from "../../api/types";

export interface Mark {
  option: number | null;
  doubtful: boolean;
}

export interface Mirrored extends Mark {
  position: number;
  epoch: number;
  seq: number;
}

export interface Waiting extends Change {
  epoch: number;
}

export interface Remark {
  position: number;
  text: string;
  nonce: string;
  /** The server has it. It stays to be read and changed here: there, only the newest of an item counts. */
  sent?: boolean;
}

/** What this computer knew when the time was over and the line was down: what a rescue file is made of. */
export interface Rescue {
  secret: string;
  epoch: number;
  /** When the time was over, and when this was kept; by the server's clock as it was shown here. */
  bell: number;
  at: string;
  answers: Mirrored[];
  /** Positions that the server never acknowledged. */
  unsent: number[];
}

export interface Device {
  secret: string;
  seq: number;
  /** The question on the screen; null until the candidate has gone to one on this computer. */
  position: number | null;
  /** The epoch in which handing in was asked for here, until it is taken back. */
  handIn?: number;
}

export function waiting({ position, option, doubtful, epoch, seq }: Mirrored): Waiting {
  return { position, option, doubtful, epoch, seq, clear: option === null };
}

export function newer(a: { epoch: number; seq: number }, b: { epoch: number; seq: number }): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq);
}
