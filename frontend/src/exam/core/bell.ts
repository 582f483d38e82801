/** Following the server's phase and record while the exam runs, and the page's own bell for when it cannot be heard. */
import type { AttemptRecord, Envelope, Instant } from "../../api/types";
import { Ending } from "./ending";
import type { Mark } from "./outbox";
import { UNDER_WAY } from "./screens";

export abstract class Bell extends Ending {
  /** Network back, page shown again, or asleep until now. */
  wake(): void {
    this.sync?.wake();
    this.ring();
  }

  /** This page is the one that is looked at. */
  lookedAt(): void {
    this.tabs.claim();
    this.wake();
  }

  /** The page is put away, and may never come back. */
  putAway(ends: boolean): void {
    this.sync?.lastWords();
    if (ends) this.tabs.pass();
  }

  lineGone(): void {
    this.sync?.lineGone();
  }

  protected follow(envelope: Envelope, sentAt?: number): void {
    this.clock.sync(envelope.server_time, sentAt);
    if (envelope.epoch !== this.epoch) return void this.persist(() => this.moved());
    // A hand-in of this page is on its way: only its own reply says that it will last. A heartbeat may see it too early.
    if (this.state.value.closing && envelope.phase === "submitted") return;
    if (this.sync) this.sync.saving = envelope.phase !== "paused";
    this.state.set({ endsAt: instant(envelope.ends_at), closesAt: instant(envelope.closes_at) });
    if (this.rev !== -1 && envelope.rev !== this.rev) {
      this.rev = envelope.rev;
      void this.persist(async () => this.adopt(await this.record()));
    }
    switch (envelope.phase) {
      case "submitted":
        return void this.persist(() => this.closed());
      case "void":
        this.rest();
        return this.show("void");
      case "paused":
        this.show("paused");
        break;
      case "transmission":
      case "closing":
        if (this.state.value.screen !== "collecting") this.show("locked");
        break;
      case "running":
        // The paper was not fetched in the last seconds; with a grant of time there is something to read again.
        if (this.state.value.questions.length === 0) return this.later(1_000, () => this.take(false));
        // A grant of time opens a locked screen again.
        if (this.state.value.screen === "paused" || this.state.value.screen === "locked") this.work();
        break;
    }
    this.ring();
  }

  /** The bell of this page: lock at the end of the shown time, look for the receipt after the server's deadline. */
  protected ring(): void {
    this.timers.clear(this.bell);
    const { screen, endsAt, closesAt, link } = this.state.value;
    if (endsAt === null || closesAt === null || !UNDER_WAY.has(screen) || screen === "paused") return;
    const now = this.clock.now();
    if (now >= endsAt && screen === "question") {
      this.show("locked");
      void this.edits.then(() => this.sync?.wake());
    }
    if (now >= closesAt) {
      const down = link === "down" || link === "not-our-server";
      // The whole room asks now: spread it over two seconds.
      this.later(this.timers.random() * 2_000, async () => {
        if (down) await this.offerRescue();
        await this.closed();
      });
      return;
    }
    const next = now < endsAt ? endsAt : closesAt;
    this.bell = this.timers.set(() => this.ring(), Math.min(next - now + 20, 30_000));
  }

  /** Back to the questions, or to the handing in that was asked for and not finished. */
  protected work(): void {
    if (!this.handingIn) return this.show("question");
    this.collect();
    this.later(0, () => this.trySubmit());
  }

  /** Bring the server's record together with this computer's. */
  protected async adopt(record: AttemptRecord): Promise<void> {
    this.rev = record.rev;
    if (record.epoch !== this.epoch) return;
    const merged = await this.ownOutbox().adopt(this.epoch, record.last_seq, record.answers);
    const answers: Record<number, Mark> = {};
    for (const { position, option, doubtful } of merged) answers[position] = { option, doubtful };
    this.state.set({ answers, receipt: record.receipt });
    const newest = record.answers.map((answer) => answer.saved_at).sort().at(-1);
    const waiting = (await this.ownOutbox().pending()).length > 0;
    const { where } = this.state.value.save;
    if (!waiting && (where === "nothing" || where === "here")) {
      this.state.set({ save: newest ? { where: "server", at: newest } : { where: "nothing" } });
    }
    this.sync?.poke();
    // Only one thing is waited for at a time: asking for the record may have taken the place of handing in.
    if (this.state.value.screen === "collecting") this.later(500, () => this.trySubmit());
  }
}

function instant(value: Instant | null): number | null {
  return value === null ? null : Date.parse(value);
}
