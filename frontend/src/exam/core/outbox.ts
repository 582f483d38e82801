/**
 * The answers on this computer, from the moment of the click until the server has them.
 *
 *   device   per attempt: the secret that makes this computer the holder, the last seq taken, the place of the reader
 *   answers  per position: the newest value known here, whoever made it (a mirror, so that a stale tab adds and never undoes)
 *   outbox   per position: the newest change that the server has not acknowledged
 *   aside    changes that the server will never take from here; kept, so that a proctor can still ask for them
 *   comments remarks on items that are still to be sent
 *
 * Seq is taken in the transaction that writes the outbox, so two tabs can never take the same one, and never restarts.
 * Where storage fails, all goes on in memory and `durable` says so. A browser short of disk may also empty the storage of
 * a page that is open; what this tab knows is then written anew, so that no edit starts from a blank.
 */
import type { Change, SavedAnswer } from "../../api/types";
import { hex } from "./clock";
import { MemoryShelf, type Shelf, type Transaction } from "./shelf";

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

interface Device {
  secret: string;
  seq: number;
  /** The question on the screen; null until the candidate has gone to one on this computer. */
  position: number | null;
  /** The epoch in which handing in was asked for here, until it is taken back. */
  handIn?: number;
}

/** Another tab may have taken seqs that this one never saw, and storage that was emptied cannot say how many. */
const SEQS_LOST = 1_000;

export class Outbox {
  private device: Device | null = null;
  /** Copies for the day the storage fails: what is unsent, and all answers, so that an edit never starts from a blank. */
  private readonly shadow = new Map<number, Waiting>();
  private readonly mirror = new Map<number, Mirrored>();

  constructor(
    private shelf: Shelf,
    readonly attemptId: string,
    private readonly onDegraded: (memory: Shelf) => void = () => undefined,
  ) {}

  get durable(): boolean {
    return this.shelf.durable;
  }

  /** The device secret, stored before it is shown to anybody: a claim that is sent again is the same claim. */
  async secret(): Promise<string> {
    return (await this.run("write", (transaction) => this.ownDevice(transaction))).secret;
  }

  /** Where to go on: where this computer was, or at what was answered last on another one. */
  async position(): Promise<number> {
    const stored = await this.run("read", (transaction) => transaction.get<Device>("device", this.attemptId));
    return (stored ?? this.device)?.position ?? this.answeredLast();
  }

  private answeredLast(): number {
    let last: Mirrored | undefined;
    for (const one of this.mirror.values()) if (!last || newer(one, last)) last = one;
    return last?.position ?? 1;
  }

  async rememberPosition(position: number): Promise<void> {
    await this.change({ position });
  }

  /** Handing in outlives a reload, but not a move to another computer: there the candidate may have gone on. */
  async rememberHandIn(epoch: number): Promise<void> {
    await this.change({ handIn: epoch });
  }

  async handsIn(epoch: number): Promise<boolean> {
    const stored = await this.run("read", (transaction) => transaction.get<Device>("device", this.attemptId));
    return (stored ?? this.device)?.handIn === epoch;
  }

  /** Apply one edit to the newest value known on this computer. Null if it changes nothing. */
  async write(epoch: number, position: number, edit: (current: Mark) => Mark): Promise<Mirrored | null> {
    const written = await this.run("write", async (transaction) => {
      const device = await this.ownDevice(transaction);
      const current = (await this.answer(transaction, position)) ?? { option: null, doubtful: false };
      const { option, doubtful } = edit({ option: current.option, doubtful: current.doubtful });
      if (option === current.option && doubtful === current.doubtful) return null;
      const seq = device.seq + 1;
      await this.keepDevice(transaction, { ...device, seq });
      const mirrored: Mirrored = { position, option, doubtful, epoch, seq };
      await this.keepWaiting(transaction, mirrored);
      return mirrored;
    });
    if (written) this.remember([written]);
    return written;
  }

  /** What the server has not acknowledged, oldest first, each position once. */
  async pending(): Promise<Waiting[]> {
    const rows = await this.run("read", (transaction) => this.unsent(transaction));
    return rows.sort((a, b) => a.seq - b.seq);
  }

  /** What this tab knows to be unacknowledged, without asking the storage: a page that ends has no time to. */
  unsentHere(): Waiting[] {
    return [...this.shadow.values()].sort((a, b) => a.seq - b.seq);
  }

  /** Another tab wrote this. False if what is known here is newer. */
  seen(change: Mirrored): boolean {
    const known = this.mirror.get(change.position);
    if (known && newer(known, change)) return false;
    this.mirror.set(change.position, change);
    return true;
  }

  newest(position: number): Mirrored | undefined {
    return this.mirror.get(position);
  }

  /** Acknowledged: gone from here, unless a newer change of the same item was made meanwhile. */
  async drop(rows: readonly Waiting[]): Promise<void> {
    await this.run("write", (transaction) => this.dropIn(transaction, rows));
    this.acknowledged(rows);
  }

  /** Another tab, or this one, dropped these. */
  acknowledged(rows: readonly Waiting[]): void {
    for (const row of rows) {
      if ((this.shadow.get(row.position)?.seq ?? Infinity) <= row.seq) this.shadow.delete(row.position);
    }
  }

  /** The server will not take these from here: keep them where nothing sends them. */
  async setAside(rows: readonly Waiting[]): Promise<void> {
    await this.run("write", async (transaction) => {
      for (const row of rows) await this.keepAside(transaction, row);
      await this.dropIn(transaction, rows);
    });
    this.acknowledged(rows);
  }

  async countAside(): Promise<number> {
    return (await this.run("read", (transaction) => transaction.list("aside", this.prefix))).length;
  }

  /** Give these items a seq above all others, value unchanged (after a seq-conflict: what is on the screen is meant). */
  async restamp(positions: readonly number[], epoch: number, lastSeq: number): Promise<void> {
    const stamped = await this.run("write", async (transaction) => {
      const rows: Mirrored[] = [];
      for (const position of positions) {
        const mirrored = await this.answer(transaction, position);
        if (mirrored) rows.push(await this.stamp(transaction, mirrored, epoch, lastSeq));
      }
      return rows;
    });
    this.remember(stamped);
  }

  /**
   * Bring the server's record and this computer together when an attempt is taken up (again) under `epoch`.
   *   this epoch, newer here           to be sent (also if it was acknowledged once and the server lost it since)
   *   older epoch, item untouched since  made here before the attempt was moved away and back: sent anew
   *   older epoch, item answered since   the other computer's answer stands; ours is set aside
   */
  async adopt(epoch: number, lastSeq: number, saved: readonly SavedAnswer[]): Promise<Mirrored[]> {
    const { merged, unsent } = await this.run("write", async (transaction) => {
      const device = await this.ownDevice(transaction);
      await this.keepDevice(transaction, { ...device, seq: Math.max(device.seq, lastSeq) });
      const server = new Map(saved.map((answer) => [answer.position, answer]));
      for (const row of await this.unsent(transaction)) {
        if (row.epoch >= epoch) continue;
        const there = server.get(row.position);
        if (there && newer(there, row)) {
          if (there.epoch > row.epoch) await this.keepAside(transaction, row);
          await transaction.delete("outbox", this.key(row.position));
        } else {
          await this.stamp(transaction, row, epoch, lastSeq);
        }
      }
      const mirror = await transaction.list<Mirrored>("answers", this.prefix);
      const known = new Map([...this.mirror, ...mirror.map((row) => [row.position, row] as const)]);
      for (const position of new Set([...server.keys(), ...known.keys()])) {
        const here = known.get(position);
        const there = server.get(position);
        if (here && here.epoch === epoch && (!there || newer(here, there))) {
          await this.keepWaiting(transaction, here);
        } else if (there) {
          const { option, doubtful } = there;
          await transaction.put("answers", this.key(position), { position, option, doubtful, epoch: there.epoch, seq: there.seq });
        } else {
          await transaction.delete("answers", this.key(position));
        }
      }
      return {
        merged: await transaction.list<Mirrored>("answers", this.prefix),
        unsent: await transaction.list<Waiting>("outbox", this.prefix),
      };
    });
    this.mirror.clear();
    this.shadow.clear();
    for (const row of merged) this.mirror.set(row.position, row);
    for (const row of unsent) this.shadow.set(row.position, row);
    return merged;
  }

  /** Everything known here at the bell, kept as it is then: the same file is made of it however often, and in whichever tab. */
  async keepRescue(epoch: number, bell: number, at: string): Promise<Rescue | null> {
    const waiting = await this.pending();
    if (waiting.length === 0) return null;
    return this.run("write", async (transaction) => {
      const kept = await transaction.get<Rescue>("device", this.rescueKey);
      if (kept?.bell === bell) return kept;
      const { secret } = await this.ownDevice(transaction);
      const stored = await transaction.list<Mirrored>("answers", this.prefix);
      const known = new Map([...this.mirror, ...stored.map((row) => [row.position, row] as const)]);
      const answers = [...known.values()].sort((a, b) => a.position - b.position);
      const rescue: Rescue = { secret, epoch, bell, at, answers, unsent: waiting.map((row) => row.position) };
      await transaction.put("device", this.rescueKey, rescue);
      return rescue;
    });
  }

  async rescue(): Promise<Rescue | null> {
    return (await this.run("read", (transaction) => transaction.get<Rescue>("device", this.rescueKey))) ?? null;
  }

  async remark(remark: Remark): Promise<void> {
    await this.run("write", (transaction) => transaction.put("comments", this.key(remark.position), remark));
  }

  async remarks(): Promise<Remark[]> {
    const rows = await this.run("read", (transaction) => transaction.list<Remark>("comments", this.prefix));
    return rows.filter((row) => !row.sent);
  }

  async remarkOn(position: number): Promise<string> {
    return (await this.run("read", (transaction) => transaction.get<Remark>("comments", this.key(position))))?.text ?? "";
  }

  async dropRemark(remark: Remark): Promise<void> {
    await this.run("write", async (transaction) => {
      const current = await transaction.get<Remark>("comments", this.key(remark.position));
      if (current?.nonce === remark.nonce) await transaction.put("comments", this.key(remark.position), { ...remark, sent: true });
    });
  }

  /** After the receipt nothing of the attempt stays on a shared computer, except what the server never took. */
  async forget(): Promise<void> {
    await this.run("write", async (transaction) => {
      for (const row of await this.unsent(transaction)) {
        await this.keepAside(transaction, row);
        await transaction.delete("outbox", this.key(row.position));
      }
      for (const shelf of ["answers", "comments"] as const) {
        for (const row of await transaction.list<Mirrored & Remark>(shelf, this.prefix)) {
          if (shelf === "answers" || row.sent) await transaction.delete(shelf, this.key(row.position));
        }
      }
    });
    this.shadow.clear();
    this.mirror.clear();
  }

  private get rescueKey(): string {
    return `${this.prefix}rescue`;
  }

  private get prefix(): string {
    return `${this.attemptId}/`;
  }

  private key(position: number): string {
    return `${this.prefix}${position}`;
  }

  private async ownDevice(transaction: Transaction): Promise<Device> {
    const stored = await transaction.get<Device>("device", this.attemptId);
    if (stored) return (this.device = stored);
    const fresh = this.device ? { ...this.device, seq: this.device.seq + SEQS_LOST } : { secret: hex(16), seq: 0, position: null };
    await this.restore(transaction);
    await this.keepDevice(transaction, fresh);
    return fresh;
  }

  /** Write what this tab knows into storage that is empty. */
  private async restore(transaction: Transaction): Promise<void> {
    for (const row of this.mirror.values()) await transaction.put("answers", this.key(row.position), row);
    for (const row of this.shadow.values()) await transaction.put("outbox", this.key(row.position), row);
  }

  private async answer(transaction: Transaction, position: number): Promise<Mirrored | undefined> {
    return (await transaction.get<Mirrored>("answers", this.key(position))) ?? this.mirror.get(position);
  }

  /** The outbox, and what this tab alone still knows of it. What another tab sent meanwhile is sent twice: no harm. */
  private async unsent(transaction: Transaction): Promise<Waiting[]> {
    const rows = await transaction.list<Waiting>("outbox", this.prefix);
    const stored = new Set(rows.map((row) => row.position));
    return [...rows, ...[...this.shadow.values()].filter((row) => !stored.has(row.position))];
  }

  private remember(rows: readonly Mirrored[]): void {
    for (const row of rows) {
      this.shadow.set(row.position, waiting(row));
      this.seen(row);
    }
  }

  private async keepAside(transaction: Transaction, row: Waiting): Promise<void> {
    await transaction.put("aside", `${this.prefix}${row.epoch}/${row.seq}`, row);
  }

  private async change(change: Partial<Device>): Promise<void> {
    await this.run("write", async (transaction) => {
      await this.keepDevice(transaction, { ...(await this.ownDevice(transaction)), ...change });
    });
  }

  private async keepDevice(transaction: Transaction, device: Device): Promise<void> {
    await transaction.put("device", this.attemptId, device);
    this.device = device;
  }

  private async keepWaiting(transaction: Transaction, mirrored: Mirrored): Promise<void> {
    await transaction.put("answers", this.key(mirrored.position), mirrored);
    await transaction.put("outbox", this.key(mirrored.position), waiting(mirrored));
  }

  private async stamp(transaction: Transaction, mark: Mirrored | Waiting, epoch: number, lastSeq: number): Promise<Mirrored> {
    const device = await this.ownDevice(transaction);
    const seq = Math.max(device.seq, lastSeq) + 1;
    await this.keepDevice(transaction, { ...device, seq });
    const { position, option, doubtful } = mark;
    const stamped: Mirrored = { position, option, doubtful, epoch, seq };
    await this.keepWaiting(transaction, stamped);
    return stamped;
  }

  private async dropIn(transaction: Transaction, rows: readonly Waiting[]): Promise<void> {
    for (const row of rows) {
      const current = await transaction.get<Waiting>("outbox", this.key(row.position));
      if (current && current.seq <= row.seq) await transaction.delete("outbox", this.key(row.position));
    }
  }

  private async run<T>(mode: "read" | "write", work: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.shelf.run(mode, work);
    } catch (error) {
      if (!this.shelf.durable) throw error;
    }
    try {
      return await this.shelf.run(mode, work);
    } catch {
      await this.degrade();
      return this.shelf.run(mode, work);
    }
  }

  /** The disk is full or the storage was taken away: go on in memory with the same secret, seq and unsent changes. */
  private async degrade(): Promise<void> {
    const memory = new MemoryShelf();
    await memory.run("write", async (transaction) => {
      if (this.device) await transaction.put("device", this.attemptId, this.device);
      await this.restore(transaction);
    });
    this.shelf = memory;
    this.onDegraded(memory);
  }
}

function waiting({ position, option, doubtful, epoch, seq }: Mirrored): Waiting {
  return { position, option, doubtful, epoch, seq, clear: option === null };
}

function newer(a: { epoch: number; seq: number }, b: { epoch: number; seq: number }): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq);
}
