/**
 * The changes of answers, from the moment of the click until the server has acknowledged them or never will.
 *
 * Seq is taken in the transaction that writes the outbox, so two tabs can never take the same one, and never restarts.
 */
import { Remembering } from "./remembering";
import { newer, waiting, type Mark, type Mirrored, type Waiting } from "./rows";
import type { Transaction } from "./shelf";

export abstract class Changes extends Remembering {
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

  private async answer(transaction: Transaction, position: number): Promise<Mirrored | undefined> {
    return (await transaction.get<Mirrored>("answers", this.key(position))) ?? this.mirror.get(position);
  }

  /** The outbox, and what this tab alone still knows of it. What another tab sent meanwhile is sent twice: no harm. */
  protected async unsent(transaction: Transaction): Promise<Waiting[]> {
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

  protected async keepAside(transaction: Transaction, row: Waiting): Promise<void> {
    await transaction.put("aside", `${this.prefix}${row.epoch}/${row.seq}`, row);
  }

  protected async keepWaiting(transaction: Transaction, mirrored: Mirrored): Promise<void> {
    await transaction.put("answers", this.key(mirrored.position), mirrored);
    await transaction.put("outbox", this.key(mirrored.position), waiting(mirrored));
  }

  protected async stamp(transaction: Transaction, mark: Mirrored | Waiting, epoch: number, lastSeq: number): Promise<Mirrored> {
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
}
