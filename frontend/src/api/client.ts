/**
 * One way to the server for all pages.
 *
 * Two kinds of failure leave this module and no other:
 *   Problem      our server refused, with a stable code
 *   Unreachable  nothing that is certainly our server answered: no network, too slow, or a stranger in between
 * A captive portal or proxy can answer 200 with a page of its own, so an answer counts only if it is JSON and, for a
 * write that carried a nonce, echoes that nonce.
 */
import type { ProblemDocument } from "./types";

export class Problem extends Error {
  override readonly name = "Problem";
  constructor(
    readonly status: number,
    readonly code: string,
    readonly retryable: boolean,
    readonly number: number | null,
    readonly retryAfterMs: number | null,
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(code);
  }
}

export type UnreachableReason = "network" | "timeout" | "not-our-server";

export class Unreachable extends Error {
  override readonly name = "Unreachable";
  constructor(readonly reason: UnreachableReason) {
    super(reason);
  }
}

export interface Call {
  method?: "GET" | "POST" | "PUT";
  body?: object;
  /** The answer must echo it. */
  nonce?: string;
  timeoutMs?: number;
  headers?: Record<string, string>;
  /** It is to arrive though the page ends. */
  keepalive?: boolean;
}

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export class Client {
  constructor(
    private readonly base: string,
    private readonly fetch: Fetch = (input, init) => globalThis.fetch(input, init),
  ) {}

  get<T>(path: string, timeoutMs?: number, headers?: Record<string, string>): Promise<T> {
    return this.call<T>(path, { ...(timeoutMs && { timeoutMs }), ...(headers && { headers }) });
  }

  post<T>(path: string, body: object, call: Omit<Call, "method" | "body"> = {}): Promise<T> {
    return this.call<T>(path, { ...call, method: "POST", body });
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.call<T>(path, { method: "PUT", body });
  }

  /** Send a file as it is. */
  send<T>(path: string, file: Blob, timeoutMs: number, headers: Record<string, string> = {}): Promise<T> {
    const init = { method: "POST", body: file, headers: { Accept: "application/json", "Content-Type": file.type, ...headers } };
    return this.fetched(path, init, timeoutMs, async (response) => {
      const content = await readJson(response);
      if (!response.ok) throw problemOf(response, content);
      return content as T;
    });
  }

  /** A file of bytes that never changes; whoever stands between may have kept it, unless asked to `reload`. */
  file(path: string, timeoutMs: number, cache: RequestCache = "default"): Promise<Uint8Array> {
    return this.fetched(path, { cache, headers: {} }, timeoutMs, async (response) => {
      await this.requireKind(response, "application/octet-stream");
      return new Uint8Array(await response.arrayBuffer());
    });
  }

  protected async requireKind(response: Response, kind: string): Promise<void> {
    if (!response.ok) throw problemOf(response, await readJson(response));
    if (kindOf(response) !== kind) throw new Unreachable("not-our-server");
  }

  private call<T>(path: string, { method = "GET", body, nonce, timeoutMs = 8_000, headers, keepalive = false }: Call): Promise<T> {
    const init: RequestInit = {
      method,
      cache: "no-store",
      keepalive,
      headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    };
    return this.fetched(path, init, timeoutMs, async (response) => {
      if (response.status === 204 && nonce === undefined) return undefined as T;
      const content = await readJson(response);
      if (!response.ok) throw problemOf(response, content);
      if (nonce !== undefined && (content as { nonce?: unknown }).nonce !== nonce) throw new Unreachable("not-our-server");
      return content as T;
    });
  }

  /** The time limit covers the whole answer, not only its beginning. */
  protected async fetched<T>(
    path: string,
    init: RequestInit,
    timeoutMs: number,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const cut = new AbortController();
    const timer = setTimeout(() => cut.abort(), timeoutMs);
    try {
      const ours: RequestInit = { credentials: "same-origin", redirect: "error", signal: cut.signal };
      return await read(await this.fetch(this.base + path, { ...init, ...ours }));
    } catch (error) {
      if (error instanceof Problem || error instanceof Unreachable) throw error;
      throw new Unreachable(cut.signal.aborted ? "timeout" : "network");
    } finally {
      clearTimeout(timer);
    }
  }
}

function kindOf(response: Response): string {
  return (response.headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
}

async function readJson(response: Response): Promise<object> {
  const type = kindOf(response);
  if (type !== "application/json" && type !== "application/problem+json") throw new Unreachable("not-our-server");
  const text = await response.text();
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new Unreachable("not-our-server");
  }
  if (typeof content !== "object" || content === null) throw new Unreachable("not-our-server");
  return content;
}

function problemOf(response: Response, content: object): Problem | Unreachable {
  return asProblem(response.status, content, retryAfter(response.headers.get("retry-after")));
}

export function asProblem(status: number, content: object, retryAfterMs: number | null): Problem | Unreachable {
  const { code, retryable, number, ...members } = content as Partial<ProblemDocument>;
  if (typeof code !== "string") return new Unreachable("not-our-server");
  return new Problem(
    status,
    code,
    retryable === true,
    typeof number === "number" ? number : null,
    retryAfterMs,
    members,
  );
}

function retryAfter(header: string | null): number | null {
  if (header === null || !/^\d+$/.test(header.trim())) return null;
  return Number(header) * 1_000;
}
