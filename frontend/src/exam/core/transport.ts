/** How the exam talks to its server: HTTP, and for what is sent often the hot line, a WebSocket where one is open. */
import { Client } from "../../api/client";
import type { Ack, AttemptRecord, Change, Claimed, Envelope, Me, Result, Started, Submitted } from "../../api/types";
import { hex } from "./clock";
import type { SealedPaper } from "./paper";
import { HotLine } from "./socket";

/** Every write of an exam names the device that holds it, and a nonce that the answer has to echo. */
export interface Hold {
  epoch: number;
  device_secret: string;
  nonce: string;
}

/** How the line to our server stands. */
export type Link = "up" | "down" | "not-our-server" | "signed-out";

export interface Transport {
  me(): Promise<Me>;
  login(number: string, pin: string): Promise<Me>;
  logout(): Promise<void>;
  agree(statementVersion: string): Promise<Me>;
  claim(deviceSecret: string, takeOver: boolean): Promise<Claimed>;
  /** Waiting in the lobby: where the attempt stands. */
  lobby(nonce: string): Promise<Envelope>;
  start(attemptId: string, deviceSecret: string, token: string | null, nonce: string): Promise<Started>;
  /** Answers and the paper's key are for the device that holds the attempt. */
  attempt(deviceSecret: string): Promise<AttemptRecord>;
  sealed(path: string, attemptId: string): Promise<SealedPaper>;
  answers(hold: Hold, changes: Change[]): Promise<Ack>;
  heartbeat(hold: Hold): Promise<Envelope>;
  submit(hold: Hold): Promise<Submitted>;
  comment(position: number, text: string, nonce: string): Promise<void>;
  result(): Promise<Result>;
  /** Is our server there? Cheap; touches no state. */
  probe(): Promise<void>;
  /** The page may end now: hand this to the browser, which sends it when it can. Nobody hears the answer. */
  lastWords(hold: Hold, changes: Change[]): void;
  /** Somebody else may have logged in in this browser: let the next request show the cookie. */
  hangUp(): void;
  /** Where the line is one that the server can speak on first: something changed, ask. */
  listen(pushed: () => void): void;
}

const SAVE_MS = 8_000;
const PROBE_MS = 3_500;

export class HttpTransport implements Transport {
  constructor(
    readonly client: Client = new Client(""),
    private readonly line = new HotLine(client),
  ) {}

  me: Transport["me"] = () => this.client.get<Me>("/api/exam/me");
  login: Transport["login"] = (number, pin) => {
    this.hangUp();
    return this.client.post<Me>("/api/exam/login", { number, pin });
  };
  logout = () => {
    this.hangUp();
    return this.client.post<void>("/api/exam/logout", {});
  };
  agree = (statement_version: string) => this.client.post<Me>("/api/exam/agree", { statement_version });
  claim = (device_secret: string, take_over: boolean) =>
    this.client.post<Claimed>("/api/exam/claim", { device_secret, take_over });
  lobby = (nonce: string) => this.client.post<Envelope>("/api/exam/lobby", { nonce }, { nonce });
  start = (attempt_id: string, device_secret: string, token: string | null, nonce: string) =>
    this.client.post<Started>("/api/exam/start", { attempt_id, device_secret, token, nonce }, { nonce });
  attempt = (secret: string) => this.client.get<AttemptRecord>("/api/exam/attempt", undefined, device(secret));
  // What opens a paper is fetched beside the paper: nothing before it needs that code.
  sealed = async (path: string, attemptId: string) => (await import("./paper")).fetchPaper(this.client, path, attemptId);
  answers = (hold: Hold, changes: Change[]) => this.line.post<Ack>("answers", { ...hold, changes }, SAVE_MS);
  heartbeat = (hold: Hold) => this.line.post<Envelope>("heartbeat", { ...hold }, PROBE_MS);
  submit = async (hold: Hold) => {
    const submitted = await this.line.post<Submitted>("submit", { ...hold }, SAVE_MS);
    this.hangUp();
    return submitted;
  };
  comment = (position: number, text: string, nonce: string) =>
    this.client.post<void>("/api/exam/comment", { position, text, nonce });
  result = () => this.client.get<Result>("/api/exam/result");
  probe = () => this.line.probe(hex(8), PROBE_MS);
  lastWords: Transport["lastWords"] = (hold, changes) => {
    const body = new Blob([JSON.stringify({ ...hold, changes })], { type: "application/json" });
    navigator.sendBeacon("/api/exam/answers", body);
  };
  hangUp = () => this.line.hangUp();
  listen = (pushed: () => void) => void (this.line.pushed = pushed);
}

function device(secret: string): Record<string, string> {
  return secret ? { "Sahih-Device": secret } : {};
}
