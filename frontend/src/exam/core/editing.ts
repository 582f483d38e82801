/** What a candidate does with a question: look at it, answer it, mark it, remark on it. Here first, then to the server. */
import { hex } from "./clock";
import { Desk } from "./desk";
import type { Mark, Mirrored } from "./rows";
import type { Save } from "./screens";

const BLANK: Mark = { option: null, doubtful: false };

export class Editing extends Desk {
  /** By item, the last edit that is not written yet. */
  private readonly editing = new Map<number, object>();
  private acknowledged: Save | null = null;

  protected override reset(): void {
    super.reset();
    this.editing.clear();
    this.acknowledged = null;
  }

  goTo(position: number): void {
    const last = this.state.value.questions.length;
    const target = Math.min(Math.max(position, 1), last);
    if (target === this.state.value.position) return;
    this.state.set({ position: target });
    void this.outbox?.rememberPosition(target);
  }

  choose(position: number, option: number): Promise<void> {
    return this.edit(position, (current) => ({ ...current, option }));
  }

  clear(position: number): Promise<void> {
    return this.edit(position, (current) => ({ ...current, option: null }));
  }

  doubt(position: number, doubtful: boolean): Promise<void> {
    return this.edit(position, (current) => ({ ...current, doubtful }));
  }

  /** The remark that was begun and not saved yet, or else the one that was saved. */
  async remarkOn(position: number): Promise<string> {
    return this.drafts.get(position) ?? (await this.outbox?.remarkOn(position)) ?? "";
  }

  draftRemark(position: number, text: string): void {
    this.drafts.set(position, text);
  }

  async remark(position: number, text: string): Promise<void> {
    this.drafts.delete(position);
    await this.outbox?.remark({ position, text, nonce: hex(8) });
    this.tabs.claim();
    this.sync?.poke();
  }

  /** Another tab of this browser wrote; its outbox is ours, only the picture has to follow. */
  seen(change: Mirrored): void {
    if (this.outbox?.seen(change)) this.draw(change.position);
  }

  /** Show the newest value known here, unless an edit of it is on its way: that draws when it has been written. */
  private draw(position: number): void {
    const newest = this.outbox?.newest(position);
    if (!newest || this.editing.has(position)) return;
    const { option, doubtful } = newest;
    this.state.set({ answers: { ...this.state.value.answers, [position]: { option, doubtful } } });
  }

  protected edit(position: number, change: (current: Mark) => Mark): Promise<void> {
    const { screen, answers } = this.state.value;
    const outbox = this.outbox;
    if (screen !== "question" || !outbox) return Promise.resolve();
    const before = answers[position] ?? BLANK;
    const drawn = change(before);
    if (drawn.option === before.option && drawn.doubtful === before.doubtful) return Promise.resolve();
    this.state.set({ answers: { ...answers, [position]: drawn }, save: { where: "unsaved" } });
    this.tabs.claim();
    const epoch = this.epoch;
    this.editing.set(position, change);
    const mine = this.edits.then(async () => {
      const written = await outbox.write(epoch, position, change);
      if (this.editing.get(position) === change) this.editing.delete(position);
      this.saved({ where: outbox.durable ? "here" : "unsaved" });
      if (!written) return;
      this.draw(position);
      this.tabs.changed(written);
      this.sync?.poke();
    });
    this.edits = mine.catch(() => undefined);
    return mine;
  }

  /** The words are about the whole screen: while one answer is on its way to the disk, nothing is called saved. */
  protected saved(save: Save): void {
    if (save.where === "server") this.acknowledged = save;
    if (this.editing.size === 0) this.state.set({ save });
  }

  protected countUnsent(unsent: number): void {
    const { save, unsent: before } = this.state.value;
    if (unsent !== before) this.state.set({ unsent });
    if (unsent > 0 && save.where !== "unsaved") this.state.set({ save: { where: this.outbox?.durable ? "here" : "unsaved" } });
    // Another tab sent the rest, and said so before this one had counted.
    const none = unsent === 0 && this.outbox?.unsentHere().length === 0;
    if (none && save.where === "here" && this.acknowledged) this.saved(this.acknowledged);
  }
}
