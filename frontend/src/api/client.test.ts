import { expect, test } from "vitest";
import { Client, Problem, Unreachable } from "./client";

function answering(body: string, init: ResponseInit & { type?: string } = {}): Client {
  const headers = { "content-type": init.type ?? "application/json", ...(init.headers as Record<string, string>) };
  return new Client("", () => Promise.resolve(new Response(body, { ...init, headers })));
}

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => null, (error: unknown) => error);

test("JSON that echoes the nonce is an answer", async () => {
  await expect(answering('{"nonce":"n1","ok":true}').post("/x", {}, { nonce: "n1" })).resolves.toMatchObject({ ok: true });
});

test.each([
  ["a page of a captive portal", "<h1>Wi-Fi</h1>", "text/html", 200],
  ["JSON without our nonce", '{"ok":true}', "application/json", 200],
  ["JSON with another nonce", '{"nonce":"n0"}', "application/json", 200],
  ["broken JSON", '{"nonce":"n1"', "application/json", 200],
  ["JSON that is no object", '"n1"', "application/json", 200],
  ["a proxy's error page", "<h1>502</h1>", "text/html", 502],
  ["a JSON error of somebody else", '{"error":"no"}', "application/json", 500],
])("%s is not our server", async (_, body, type, status) => {
  const error = await failure(answering(body, { type, status }).post("/x", {}, { nonce: "n1" }));
  expect(error).toBeInstanceOf(Unreachable);
  expect(error).toMatchObject({ reason: "not-our-server" });
});

test("a refusal keeps code, number, members and Retry-After", async () => {
  const body = JSON.stringify({ type: "urn:x", title: "x", status: 409, code: "seq-conflict", retryable: false, number: 208, acked: [1] });
  const error = await failure(answering(body, { status: 409, type: "application/problem+json", headers: { "retry-after": "3" } }).get("/x"));
  expect(error).toBeInstanceOf(Problem);
  expect(error).toMatchObject({ status: 409, code: "seq-conflict", number: 208, retryable: false, retryAfterMs: 3_000, members: { acked: [1] } });
});

test("no network and no answer in time are told apart", async () => {
  const dead = new Client("", () => Promise.reject(new TypeError("Failed to fetch")));
  expect(await failure(dead.get("/x"))).toMatchObject({ reason: "network" });
  const slow = new Client("", (_, init) => new Promise((_resolve, reject) => init.signal!.addEventListener("abort", () => reject(new DOMException("", "AbortError")))));
  expect(await failure(slow.get("/x", 20))).toMatchObject({ reason: "timeout" });
});
