/**
 * What the candidate and the proctors tell each other beside the exam: messages that stay until they are read, and a call for
 * help. Asked for when the page comes up and whenever the server's `rev` rises; what could not be said is said again.
 */
import { Problem, type Client } from "../../api/client";
import type { Instant } from "../../api/types";
import { UNDER_WAY, type Fresh } from "./screens";
import { Store } from "./store";
import { browserTimers, type Timers } from "./timers";

const AGAIN_MS = 5_000;

/** Why a candidate calls, in the order in which it is offered. */
export const NEEDS = ["computer", "network", "question", "health", "other"] as const;
export type Need = (typeof NEEDS)[number];

export interface Message {
  id: string;
  text: string;
  sent_at: Instant;
}

export interface HelpCall {
  need: Need;
  called_at: Instant;
  answered_at: Instant | null;
}

export interface Heard {
  messages: readonly Message[];
  help: HelpCall | null;
  /** The call did not get through: a raised hand does. */
  unheard: boolean;
}

export interface TalkLine {
  messages(): Promise<{ messages: Message[]; help: HelpCall | null }>;
  shown(id: string): Promise<void>;
  read(id: string): Promise<void>;
  call(need: Need): Promise<HelpCall>;
  cancel(): Promise<void>;
}

const NOTHING: Heard = { messages: [], help: null, unheard: false };

export class HttpTalkLine implements TalkLine {
  constructor(private readonly client: Client) {}

  messages = () => this.client.get<{ messages: Message[]; help: HelpCall | null }>("/api/exam/messages");
  shown = (id: string) => this.client.post<void>(`/api/exam/messages/${id}/shown`, {});
  read = (id: string) => this.client.post<void>(`/api/exam/messages/${id}/read`, {});
  call = (need: Need) => this.client.post<HelpCall>("/api/exam/help", { need });
  cancel = () => this.client.post<void>("/api/exam/help/cancel", {});
}

export class Talk {
  readonly state = new Store<Heard>(NOTHING);
  private news: string | null = null;
  private asking = false;
  private more = false;
  private timer: unknown = null;
  private readonly shown = new Set<string>();
  /** Read by the candidate, and the server has not heard of it yet. */
  private readonly unreported = new Set<string>();

  constructor(
    private readonly line: TalkLine,
    private readonly timers: Timers = browserTimers,
  ) {}

  /** Where the attempt stands. What was asked is asked again only once something may have changed. */
  follow({ screen, me, rev }: Pick<Fresh, "screen" | "me" | "rev">): void {
    const here = me !== null && (screen === "waiting" || UNDER_WAY.has(screen));
    const news = here ? `${me.attempt.id} ${screen === "waiting" ? me.attempt.rev : rev}` : null;
    if (news === this.news) return;
    this.news = news;
    if (news !== null) return void this.look();
    this.timers.clear(this.timer);
    this.state.set(NOTHING);
  }

  read(id: string): Promise<void> {
    this.unreported.add(id);
    this.state.set({ messages: this.state.value.messages.filter((message) => message.id !== id) });
    return this.look();
  }

  async call(need: Need): Promise<void> {
    this.state.set({ unheard: false });
    try {
      this.state.set({ help: await this.line.call(need) });
    } catch {
      this.state.set({ unheard: true });
    }
    await this.look();
  }

  async cancel(): Promise<void> {
    await this.line.cancel().catch(() => undefined);
    await this.look();
  }

  /** Once more at the end where it is wanted meanwhile; soon where the line was silent. */
  private async look(): Promise<void> {
    this.more = this.asking;
    if (this.asking) return;
    this.asking = true;
    const done = await this.exchange().then(
      () => true,
      () => false,
    );
    this.asking = false;
    this.timers.clear(this.timer);
    if (this.news === null || (done && !this.more)) return;
    this.timer = this.timers.set(() => void this.look(), done ? 0 : AGAIN_MS * (0.75 + this.timers.random() / 2));
  }

  /** Says what was read, asks what there is, says what is shown. */
  private async exchange(): Promise<void> {
    for (const id of this.unreported) {
      await this.line.read(id).catch(unlessHopeless);
      this.unreported.delete(id);
    }
    const { messages, help } = await this.line.messages();
    if (this.news === null) return;
    const unread = messages.filter(({ id }) => !this.unreported.has(id));
    this.state.set({ messages: unread, help, ...(help && { unheard: false }) });
    for (const { id } of unread) {
      if (this.shown.has(id)) continue;
      await this.line.shown(id).catch(unlessHopeless);
      this.shown.add(id);
    }
  }
}

/** What the server will refuse for ever must not hold up the rest. */
function unlessHopeless(error: unknown): void {
  if (!(error instanceof Problem) || error.retryable || error.status === 401) throw error;
}
