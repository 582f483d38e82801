/** What this computer remembers of an attempt besides its answers: that it holds it, where the reader was, remarks. */
import { newer, type Device, type Mirrored, type Remark } from "./rows";
import { Safekeeping } from "./safekeeping";

export abstract class Remembering extends Safekeeping {
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

  private async change(change: Partial<Device>): Promise<void> {
    await this.run("write", async (transaction) => {
      await this.keepDevice(transaction, { ...(await this.ownDevice(transaction)), ...change });
    });
  }
}
