/**
 * The answers on this computer, from the moment of the click until the server has them: how an attempt is taken up here,
 * and how it ends. What is kept stands in `rows`, where and how safely in `safekeeping`, what is sent in `changes`.
 */
import type { SavedAnswer } from "../../api/types";
import { Changes } from "./changes";
import { newer, type Mirrored, type Remark, type Rescue, type Waiting } from "./rows";

export class Outbox extends Changes {
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
}
