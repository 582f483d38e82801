/** An exam server behind the two kinds of line that a browser has, each of which can be made to misbehave. */
import { Client, Problem } from "../../api/client";
import type { Change } from "../../api/types";
import type { LocalServer } from "./localserver";
import { HotLine, type Socket } from "./socket";
import type { Hands } from "./testing";
import { HttpTransport, type Hold, type Transport } from "./transport";

interface Sent extends Hold {
  changes: Change[];
  take_over: boolean;
  attempt_id: string;
}

type Reply = [status: number, body: object];

export class Wires {
  /** none: refused at the handshake. silent: half-open, nothing comes back. liar: answers with somebody else's nonce. */
  socket: "good" | "none" | "silent" | "liar" = "good";
  http: "good" | "dead" | "portal" = "good";
  /** A refusal that the next request gets, whatever it is. */
  refuse: Reply | null = null;
  readonly sockets: FakeSocket[] = [];
  readonly asked: string[] = [];
  private readonly server: Transport;
  readonly line: HotLine;
  readonly transport: HttpTransport;

  constructor(there: LocalServer, hands: Hands, random = hands.timer.random) {
    this.server = there.transport();
    const client = new Client("", (path, init) => this.fetch(path, init));
    const timers = { ...hands.timer, random };
    this.line = new HotLine(client, () => this.opened(), timers, hands.monotonic);
    this.transport = new HttpTransport(client, this.line);
    this.transport.sealed = this.server.sealed; // a file, and not what these lines are about
  }

  get live(): FakeSocket | undefined {
    return this.sockets.find((socket) => !socket.closed);
  }

  async reply(verb: string, body: string): Promise<Reply> {
    const refusal = this.refuse;
    this.refuse = null;
    if (refusal) return refusal;
    try {
      return [200, (await this.serve(verb, JSON.parse(body || "{}") as Sent))];
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { status, code, retryable, number, members } = error;
      return [status, { ...members, code, retryable, number, status }];
    }
  }

  private async serve(verb: string, sent: Sent): Promise<object> {
    const { server } = this;
    const secret = sent.device_secret;
    switch (verb) {
      case "answers":
        return server.answers(sent, sent.changes);
      case "heartbeat":
        return server.heartbeat(sent);
      case "submit":
        return server.submit(sent);
      case "claim":
        return server.claim(secret, sent.take_over);
      case "start":
        return server.start(sent.attempt_id, secret, null, sent.nonce);
      case "lobby":
        return server.lobby(sent.nonce);
      case "attempt":
        return server.attempt(secret);
      case "me":
        return server.me();
      default:
        return { ...sent };
    }
  }

  private async fetch(path: string, init: RequestInit): Promise<Response> {
    const verb = path.split("/").at(-1)!;
    this.asked.push(`http ${verb}`);
    if (this.http === "dead") throw new TypeError("Failed to fetch");
    if (this.http === "portal") return new Response("<p>Wi-Fi</p>", { headers: { "content-type": "text/html" } });
    const [status, body] = await this.reply(verb, String(init.body ?? ""));
    return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  }

  private opened(): Socket {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    queueMicrotask(() => (this.socket === "none" ? socket.die() : socket.onopen?.()));
    return socket;
  }
}

export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;

  constructor(private readonly wires: Wires) {}

  send(frame: string): void {
    if (this.closed) return;
    const [verb, body] = [frame.slice(0, frame.indexOf(" ")), frame.slice(frame.indexOf(" ") + 1)];
    this.wires.asked.push(`socket ${verb}`);
    if (this.wires.socket === "silent") return;
    void this.wires.reply(verb, body).then(([status, content]) => {
      const said = this.wires.socket === "liar" ? { ...content, nonce: "another" } : content;
      this.onmessage?.({ data: `${status} ${JSON.stringify(said)}` });
    });
  }

  push(): void {
    this.onmessage?.({ data: "push {}" });
  }

  close(): void {
    this.closed = true;
  }

  die(): void {
    this.closed = true;
    this.onclose?.();
  }
}
