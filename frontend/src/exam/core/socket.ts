/**
 * The hot line: saves, heartbeats and handing in over one WebSocket where one is open, and over HTTP where none is or it
 * fails. A frame is a verb and the body of the HTTP request, its reply status and body of the HTTP reply, in order. Between
 * replies the server may push a hint that something changed; it says no more than that.
 *
 * A socket proves itself with every reply. One that is silent, or answers with another nonce, is dropped and the same
 * request goes over HTTP at once: all of them are idempotent, so arriving twice does no harm. A socket is opened only when
 * HTTP was just answered, so a lost line opens none, and after a pause by chance, so a room does not come back in one
 * instant. Where none can be opened (a proxy that blocks them) it is tried again seldom.
 */
import { asProblem, Problem, Unreachable, type Client } from "../../api/client";
import { browserTimers, type Timers } from "./timers";

const PATH = "/api/exam/";
const PUSH = "push";
const OPEN_MS = 8_000;
/** Of the time that a request has, the socket gets this share before HTTP is asked. */
const PATIENCE = 0.4;
const LOST_MS = 8_000;
const BLOCKED_MS = 180_000;
const LONGEST_MS = 900_000;
/** Where the socket was silent, HTTP gets at least so long: a server that is slow is not one that is gone. */
const HTTP_MS = 3_000;
/** Only HTTP shows whose cookie this browser has now. When the cookie is to be renewed, the server hangs up by itself. */
const HTTP_AT_LEAST_MS = 300_000;
/** A frame has no headers; this is what the server says over HTTP. */
const RETRY_MS = 1_000;

interface Body {
  nonce: string;
  [member: string]: unknown;
}

interface Question {
  nonce: string;
  answered(content: object): void;
  failed(error: Error): void;
}

/** As much of a WebSocket as is used here. */
export interface Socket {
  send(frame: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

export type OpenSocket = () => Socket;

export class HotLine {
  private socket: Socket | null = null;
  private open = false;
  private asked: Question[] = [];
  private failures = 0;
  private notBefore = 0;
  private lastHttp = -Infinity;
  /** Told when the server pushes. */
  pushed: () => void = () => undefined;

  constructor(
    private readonly client: Client,
    private readonly openSocket: OpenSocket | null = browserSocket(),
    private readonly timers: Timers = browserTimers,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async post<T>(verb: string, body: Body, timeoutMs: number): Promise<T> {
    const until = this.now() + timeoutMs;
    if (this.open && this.now() - this.lastHttp < HTTP_AT_LEAST_MS) {
      try {
        return await this.ask<T>(verb, body, timeoutMs * PATIENCE);
      } catch (error) {
        if (error instanceof Problem) throw error;
      }
    }
    const content = await this.client.post<T>(PATH + verb, body, { nonce: body.nonce, timeoutMs: this.left(until) });
    this.lastHttp = this.now();
    this.tryToOpen();
    return content;
  }

  /** Does the server hear us? Touches no state. */
  async probe(nonce: string, timeoutMs: number): Promise<void> {
    const until = this.now() + timeoutMs;
    if (this.open) {
      try {
        return void (await this.ask("echo", { nonce }, timeoutMs * PATIENCE));
      } catch {
        // HTTP will tell.
      }
    }
    await this.client.get<object>("/healthz", this.left(until));
  }

  /** Whose socket it is was asked when it was opened. After a log-in or log-out in this browser only HTTP knows. */
  hangUp(): void {
    this.drop(this.socket, 0);
  }

  private left(until: number): number {
    return Math.max(until - this.now(), HTTP_MS);
  }

  private ask<T>(verb: string, body: Body, patienceMs: number): Promise<T> {
    const { socket } = this;
    return new Promise<T>((resolve, reject) => {
      const timer = this.timers.set(() => this.drop(socket, LOST_MS), patienceMs);
      const done = <A>(settle: (outcome: A) => void) => (outcome: A) => (this.timers.clear(timer), settle(outcome));
      this.asked.push({ nonce: body.nonce, answered: done(resolve as (content: object) => void), failed: done(reject) });
      socket!.send(`${verb} ${JSON.stringify(body)}`);
    });
  }

  private tryToOpen(): void {
    if (this.socket || !this.openSocket || this.now() < this.notBefore) return;
    let socket: Socket;
    try {
      socket = this.openSocket();
    } catch {
      return void this.pause(BLOCKED_MS);
    }
    this.socket = socket;
    const timer = this.timers.set(() => this.drop(socket, BLOCKED_MS), OPEN_MS);
    socket.onopen = () => {
      this.timers.clear(timer);
      this.open = this.socket === socket;
    };
    socket.onmessage = ({ data }) => this.heard(socket, String(data));
    socket.onclose = () => {
      this.timers.clear(timer);
      this.drop(socket, this.open ? LOST_MS : BLOCKED_MS);
    };
  }

  private heard(socket: Socket, frame: string): void {
    if (frame.startsWith(PUSH)) return this.pushed();
    const question = this.asked.shift();
    const space = frame.indexOf(" ");
    const status = Number(frame.slice(0, space));
    let content: { nonce?: unknown };
    try {
      content = JSON.parse(frame.slice(space + 1)) as object;
    } catch {
      content = {};
    }
    if (status === 200 && question && content.nonce === question.nonce) {
      this.failures = 0;
      return question.answered(content);
    }
    const problem = asProblem(status, content, null);
    if (status === 200 || !question || !(problem instanceof Problem)) {
      if (question) this.asked.unshift(question);
      return this.drop(socket, BLOCKED_MS);
    }
    question.failed(problem.retryable ? asProblem(status, content, RETRY_MS) : problem);
    if (status === 401) this.drop(socket, 0);
  }

  private drop(socket: Socket | null, pauseMs: number): void {
    if (!socket || socket !== this.socket) return;
    this.socket = null;
    this.open = false;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.pause(pauseMs);
    for (const question of this.asked.splice(0)) question.failed(new Unreachable("network"));
  }

  private pause(ms: number): void {
    const longest = Math.min(ms * 2 ** this.failures, LONGEST_MS);
    if (ms > 0) this.failures += 1;
    this.notBefore = this.now() + longest * (ms === BLOCKED_MS ? 0.5 + this.timers.random() : this.timers.random());
  }
}

function browserSocket(): OpenSocket | null {
  if (typeof WebSocket === "undefined") return null;
  return () => new WebSocket(`${location.origin.replace("http", "ws")}${PATH}socket`) as unknown as Socket;
}
