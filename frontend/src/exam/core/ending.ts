/** How an attempt leaves this page: handed in, over, released, or moved to another computer. */
import { Problem, Unreachable } from "../../api/client";
import { hex } from "./clock";
import { linkOf, OtherExam } from "./desk";
import { Editing } from "./editing";
import { UNDER_WAY } from "./screens";

const RECEIPT_POLL_MS = 3_000;
const RELEASE_POLL_MS = 60_000;
/** A hand-in that is refused with these is waited with: the exam is paused, or a grant of time has yet to be decided. */
const WAITS: ReadonlySet<string> = new Set(["attempt-paused", "time-requested"]);

export abstract class Ending extends Editing {
  /** Take the attempt up (again) on this computer. */
  protected abstract take(takeOver: boolean): Promise<void>;

  /** True while closing this page would lose an answer, or leave an exam that is to be handed in. */
  get mustStay(): boolean {
    const { screen, save, rescue } = this.state.value;
    return (rescue !== null && screen === "locked") || save.where === "unsaved" || (this.handingIn && UNDER_WAY.has(screen));
  }

  /** Hand in: first everything unsent, then the one request that closes the attempt. */
  async submit(): Promise<void> {
    if (this.state.value.screen !== "question") return;
    this.collect();
    await this.outbox?.rememberHandIn(this.epoch);
    await this.edits;
    this.sync?.wake();
    await this.trySubmit();
  }

  /** Possible until the closing request has gone out. */
  keepWorking(): void {
    const { screen, closing } = this.state.value;
    if (screen === "collecting" && !closing) this.collectNoMore();
  }

  async lookForResult(): Promise<void> {
    await this.attended(async () => {
      try {
        this.rest();
        this.state.set({ result: await this.transport.result(), screen: "result" });
      } catch (error) {
        this.waitForRelease();
        if (error instanceof Problem && error.code === "result-withheld") return this.show("withheld");
        if (!(error instanceof Problem) || error.code !== "not-released") throw error;
      }
    });
  }

  protected collect(): void {
    this.handingIn = true;
    this.show("collecting");
  }

  protected collectNoMore(): void {
    this.handingIn = false;
    this.timers.clear(this.poll);
    void this.outbox?.rememberHandIn(0);
    this.state.set({ screen: "question", closing: false, refusal: null });
  }

  protected async trySubmit(): Promise<void> {
    const outbox = this.outbox;
    if (!outbox || this.state.value.screen !== "collecting") return;
    const again = () => this.later(500, () => this.trySubmit());
    if ((await outbox.pending()).length > 0) return again();
    if (this.state.value.screen !== "collecting") return;
    this.state.set({ closing: true });
    try {
      const hold = { epoch: this.epoch, device_secret: this.secret, nonce: hex(8) };
      const { receipt } = await this.transport.submit(hold);
      await this.same();
      this.state.set({ receipt, link: "up" });
      await this.closed();
    } catch (error) {
      if (error instanceof OtherExam) return this.refuse(error);
      if (error instanceof Problem && error.code === "stale-epoch") return this.moved();
      if (error instanceof Problem && error.code === "attempt-closed") return this.closed();
      if (error instanceof Problem && !error.retryable && error.status !== 401) {
        this.collectNoMore();
        return this.refuse(error);
      }
      if (error instanceof Problem && WAITS.has(error.code)) this.waitToHandIn(error);
      if (error instanceof Unreachable) this.state.set({ link: linkOf(error) });
      this.later(2_000, () => this.trySubmit());
    }
  }

  /** Certainly not closed: the candidate may go back, and is told what is waited for. A beat shows a pause. */
  private waitToHandIn(refusal: Problem): void {
    this.state.set({ closing: false, link: "up" });
    this.refuse(refusal);
    this.sync?.wake();
  }

  /** The attempt is over for the server (or should be): show the receipt as soon as there is one. */
  protected async closed(): Promise<void> {
    this.rest();
    if (!this.state.value.receipt) {
      if (this.state.value.screen !== "connecting") this.show("locked");
      try {
        const record = await this.record();
        this.state.set({ receipt: record.receipt, link: "up" });
        // Time was granted, or the exam is only paused.
        if (!record.receipt && (record.phase === "running" || record.phase === "paused")) {
          this.state.set({ rescue: null });
          return await this.take(false);
        }
      } catch (error) {
        if (!(error instanceof Unreachable || (error instanceof Problem && error.retryable))) throw error;
        this.state.set({ link: "down" });
        await this.offerRescue();
      }
    }
    if (!this.state.value.receipt) {
      this.later(RECEIPT_POLL_MS * (0.75 + this.timers.random() / 2), () => this.closed());
      return;
    }
    const outbox = this.ownOutbox();
    await outbox.forget();
    const aside = await outbox.countAside();
    // Found again after a reload. Who handed in, or could send everything after all, needs none.
    const rescue = aside > 0 && this.state.value.receipt.reason === "time" ? await outbox.rescue() : null;
    this.state.set({ screen: "receipt", aside, rescue, questions: [], images: {}, answers: {}, refusal: null });
    if (this.state.value.me?.attempt.released) await this.lookForResult();
    else this.waitForRelease();
  }

  /** Only what happens at the bell itself counts: a line that fails later, or fails and returns before, needs no file. */
  protected async offerRescue(): Promise<void> {
    const { closesAt, rescue } = this.state.value;
    if (!this.outbox || rescue || closesAt === null || this.clock.now() < closesAt) return;
    await this.edits;
    const at = new Date(this.clock.now()).toISOString();
    this.state.set({ rescue: await this.outbox.keepRescue(this.epoch, closesAt, at) });
  }

  protected waitForRelease(): void {
    this.later(RELEASE_POLL_MS * (0.75 + this.timers.random() / 2), () => this.lookForResult());
  }

  protected async moved(): Promise<void> {
    this.rest();
    const outbox = this.ownOutbox();
    await this.edits;
    const unsent = await outbox.pending();
    this.state.set({ screen: "moved", aside: (await outbox.countAside()) + unsent.length });
    await this.same();
  }
}
