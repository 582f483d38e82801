/**
 * What every verb of the outbox stands on: the rows of one attempt on a shelf, and what this tab knows of them.
 *
 * Where storage fails, all goes on in memory and `durable` says so. A browser short of disk may also empty the storage of
 * a page that is open; what this tab knows is then written anew, so that no edit starts from a blank.
 */
import { hex } from "./clock";
import type { Device, Mirrored, Waiting } from "./rows";
import { MemoryShelf, type Shelf, type Transaction } from "./shelf";

/** Another tab may have taken seqs that this one never saw, and storage that was emptied cannot say how many. */
const SEQS_LOST = 1_000;

export abstract class Safekeeping {
  protected device: Device | null = null;
  /** Copies for the day the storage fails: what is unsent, and all answers, so that an edit never starts from a blank. */
  protected readonly shadow = new Map<number, Waiting>();
  protected readonly mirror = new Map<number, Mirrored>();

  constructor(
    private shelf: Shelf,
    readonly attemptId: string,
    private readonly onDegraded: (memory: Shelf) => void = () => undefined,
  ) {}

  get durable(): boolean {
    return this.shelf.durable;
  }

  protected get prefix(): string {
    return `${this.attemptId}/`;
  }

  protected key(position: number): string {
    return `${this.prefix}${position}`;
  }

  protected async ownDevice(transaction: Transaction): Promise<Device> {
    const stored = await transaction.get<Device>("device", this.attemptId);
    if (stored) return (this.device = stored);
    const fresh = this.device ? { ...this.device, seq: this.device.seq + SEQS_LOST } : { secret: hex(16), seq: 0, position: null };
    await this.restore(transaction);
    await this.keepDevice(transaction, fresh);
    return fresh;
  }

  protected async keepDevice(transaction: Transaction, device: Device): Promise<void> {
    await transaction.put("device", this.attemptId, device);
    this.device = device;
  }

  /** Write what this tab knows into storage that is empty. */
  private async restore(transaction: Transaction): Promise<void> {
    for (const row of this.mirror.values()) await transaction.put("answers", this.key(row.position), row);
    for (const row of this.shadow.values()) await transaction.put("outbox", this.key(row.position), row);
  }

  protected async run<T>(mode: "read" | "write", work: (transaction: Transaction) => Promise<T>): Promise<T> {
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
