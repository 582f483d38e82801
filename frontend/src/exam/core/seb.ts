/**
 * The exam inside Safe Exam Browser; fetched only there. Each request carries the mark of its session in its address, and the
 * hash that the program tells the page, for platforms on which it adds no header of its own. The hash is of the page's address,
 * so a page without the mark is loaded once more with it.
 */
import { Client, type Fetch } from "../../api/client";
import type { Change, Me } from "../../api/types";
import { HotLine, type Socket } from "./socket";
import { HttpTransport, type Hold } from "./transport";

interface Told {
  configKey?: string;
  updateKeys?: (done: () => void) => void;
}

declare global {
  interface Window {
    SafeExamBrowser?: { security?: Told };
  }
}

const TOLD_MS = 2_000;

export type Place = Pick<Location, "origin" | "pathname" | "search" | "replace">;

export class SebTransport extends HttpTransport {
  constructor(
    private readonly place: Place,
    private readonly key: string,
    private readonly send: Fetch = (input, init) => globalThis.fetch(input, init),
  ) {
    const client = new Client("", (input, init) => send(input + place.search, { ...init, headers: named(init, key) }));
    super(client, new HotLine(client, key ? () => openSocket(place, key) : null));
  }

  override me = async () => this.marked(await this.client.get<Me>("/api/exam/me"));
  override login = async (number: string, pin: string) => {
    this.hangUp();
    return this.marked(await this.client.post<Me>("/api/exam/login", { number, pin }));
  };
  /** A beacon has no headers. */
  override lastWords = (hold: Hold, changes: Change[]) => {
    const headers = { "Content-Type": "application/json" };
    const init = { method: "POST", keepalive: true, headers, body: JSON.stringify({ ...hold, changes }) };
    void this.send(`/api/exam/answers${this.place.search}`, { ...init, headers: named(init, this.key) }).catch(() => undefined);
  };

  private marked(me: Me): Me | Promise<never> {
    const address = `/?seb=${me.seb}`;
    if (me.seb === null || this.place.pathname + this.place.search === address) return me;
    this.place.replace(address);
    return new Promise(() => undefined);
  }
}

/** Waits for the program to tell its key where it does so only when asked. */
export async function sebTransport(): Promise<SebTransport> {
  const told = window.SafeExamBrowser?.security;
  if (told?.updateKeys && !told.configKey) {
    await Promise.race([new Promise<void>((done) => told.updateKeys!(done)), new Promise((over) => setTimeout(over, TOLD_MS))]);
  }
  return new SebTransport(location, told?.configKey ?? "");
}

function named(init: RequestInit, key: string): Record<string, string> {
  return { ...(init.headers as Record<string, string>), ...(key && { "Sahih-Seb": key }) };
}

function openSocket(place: Place, key: string): Socket {
  const query = `${place.search || "?seb="}&page=${key}`;
  return new WebSocket(`${place.origin.replace("http", "ws")}/api/exam/socket${query}`) as unknown as Socket;
}
