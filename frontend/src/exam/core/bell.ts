/** Following the server's phase and record while the exam runs, and the page's own bell for when it cannot be heard. */
import type { AttemptRecord, Envelope, Instant } from "../../api/types";
import { Ending } from "./ending";
import type { Mark } from "./rows";
import { UNDER_WAY } from "./screens";
import { HEARTBEAT_MS, PAUSED_BEAT_MS } from "./sync";

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
    const resumesAt = envelope.phase === "paused" ? instant(envelope.resumes_at) : null;
    this.state.set({ endsAt: instant(envelope.ends_at), closesAt: instant(envelope.closes_at), resumesAt });
    // Said before the moment that it tells, heard after it.
    const phase = resumesAt !== null && this.clock.now() >= resumesAt ? "running" : envelope.phase;
    if (this.sync) this.sync.beatMs = phase === "paused" ? PAUSED_BEAT_MS : HEARTBEAT_MS;
    const { rev } = this.state.value;
    if (rev !== -1 && envelope.rev !== rev) {
      this.state.set({ rev: envelope.rev });
      void this.persist(async () => this.adopt(await this.record()));
    }
    switch (phase) {
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
        this.goOn();
        break;
    }
    this.ring();
  }

  /** A pause is over, or a grant of time opens a locked screen again. */
  private goOn(): void {
    const { screen, questions } = this.state.value;
    // The paper was not fetched in the last seconds; now there is something to read again.
    if (questions.length === 0) this.later(1_000, () => this.take(false));
    else if (screen === "paused" || screen === "locked") this.work();
  }

  /** The bell of this page: lock at the end of the shown time, look for the receipt after the server's deadline. */
  protected ring(): void {
    this.timers.clear(this.bell);
    const { screen, endsAt, closesAt, link } = this.state.value;
    if (endsAt === null || closesAt === null || !UNDER_WAY.has(screen)) return;
    if (screen === "paused") return this.awaitEnd();
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

  /** A moment that was told beforehand comes for the whole room at once, heard or not. */
  private awaitEnd(): void {
    const { resumesAt } = this.state.value;
    if (resumesAt === null) return;
    const left = resumesAt - this.clock.now();
    if (left > 0) return void (this.bell = this.timers.set(() => this.ring(), Math.min(left + 20, 30_000)));
    this.state.set({ resumesAt: null });
    if (this.sync) this.sync.beatMs = HEARTBEAT_MS;
    this.goOn();
    this.timers.set(() => this.sync?.wake(), this.timers.random() * 1_000);
    this.ring();
  }

  /** Back to the questions, or to the handing in that was asked for and not finished. */
  protected work(): void {
    if (!this.handingIn) return this.show("question");
    this.collect();
    this.later(0, () => this.trySubmit());
  }

  /** Bring the server's record together with this computer's. */
  protected async adopt(record: AttemptRecord): Promise<void> {
    this.state.set({ rev: record.rev });
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
