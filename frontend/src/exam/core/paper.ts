/** A paper that lies on this computer, sealed: it is fetched while the candidate waits, and the start brings its key. */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { Unreachable, type Client } from "../../api/client";
import type { Paper } from "../../api/types";

export interface SealedPaper {
  /** `key` in hexadecimal, as the start returns it. */
  open(key: string): Promise<Paper>;
}

const NONCE = new Uint8Array(12);
const FETCH_MS = 60_000; // pictures, a room full of computers, a poor line

export async function fetchPaper(client: Client, path: string, attemptId: string): Promise<SealedPaper> {
  const file = await client.file(path, FETCH_MS);
  return {
    open: async (key) => {
      try {
        return await openPaper(file, key, attemptId);
      } catch {
        // What stood between us and the server kept a damaged copy: ask past it.
        return openPaper(await client.file(path, FETCH_MS, "reload"), key, attemptId).catch((error) => {
          throw error instanceof Unreachable ? error : new Unreachable("not-our-server");
        });
      }
    },
  };
}

/** ChaCha20-Poly1305 over deflated JSON, bound to its attempt. In JavaScript, because plain http has no Web Crypto. */
export async function openPaper(sealed: Uint8Array, key: string, attemptId: string): Promise<Paper> {
  const plain = chacha20poly1305(bytes(key), NONCE, bytes(attemptId.replaceAll("-", ""))).decrypt(sealed);
  const inflated = new Blob([plain as BlobPart]).stream().pipeThrough(new DecompressionStream("deflate"));
  return (await new Response(inflated).json()) as Paper;
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
