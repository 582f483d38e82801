import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";
import { configDefaults } from "vitest/config";

const server = process.env["SAHIH_PUBLIC_URL"] ?? "http://127.0.0.1:8000";

/** While developing and previewing, serve the pages under the addresses that the exam server gives them. */
function addresses(): Plugin {
  const rewrite = (url: string | undefined): string | undefined => {
    const path = (url ?? "").split("?", 1)[0]!;
    if (path === "/" || path === "/latihan") return "/exam.html";
    if (/^\/(proctor|pengawas)(\/[^.]*)?$/.test(path)) return "/proctor.html";
    if (/^\/(office|kantor)(\/[^.]*)?$/.test(path)) return "/office.html";
    return url;
  };
  return {
    name: "sahih-addresses",
    configureServer: (vite) => void vite.middlewares.use((request, _, next) => ((request.url = rewrite(request.url)), next())),
    configurePreviewServer: (vite) => void vite.middlewares.use((request, _, next) => ((request.url = rewrite(request.url)), next())),
  };
}

/**
 * The bundler wraps each `import()` in 3 KB of preloading for browsers and cases that we do not have. This is what we
 * need instead: styles are there before what they belong to is drawn, and a lost line ends nothing. Browsers remember for
 * the life of a page that an import failed, so each file is first brought into the browser's cache, however often it takes,
 * and imported from there; a captive portal's page is no script and no style.
 */
const IMPORT_UNTIL_THERE = `
const bring = async (file) => {
  const answer = await fetch("/" + file, { signal: AbortSignal.timeout(20000) });
  if (!answer.ok || !/javascript|css/.test(answer.headers.get("content-type"))) throw file;
  await answer.blob();
};
const style = (file) => new Promise((done) => {
  if (!file.endsWith(".css") || document.querySelector('link[href="/' + file + '"]')) return done();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = "/" + file;
  link.onload = link.onerror = done;
  document.head.append(link);
});
export const __vitePreload = async (load, files = []) => {
  for (;;) {
    try {
      await Promise.all(files.map(bring));
      await Promise.all(files.map(style));
      return await load();
    } catch {
      await new Promise((done) => setTimeout(done, 2000 + Math.random() * 2000));
    }
  }
};`;

/** The exam is drawn by the browser alone. Told so, the bundler drops what the framework brings to take over a server's drawing. */
const NO_HYDRATION = `
export const hydrating = false;
export const hydrate_node = null;
const never = () => { throw new Error("nothing here was drawn by a server"); };
export { never as set_hydrating, never as set_hydrate_node, never as hydrate_next, never as skip_nodes, never as read_hydration_instruction };
export const reset = () => {}, next = reset, hydrate_template = reset;`;

/** State of the exam is raw or a plain value, never a proxy of an object. */
const NO_PROXY = `
export const proxy = (value) => {
  if (value !== null && typeof value === "object") throw new Error("use $state.raw");
  return value;
};
export const get_proxied_value = (value) => value;
export const is = Object.is;`;

/** No template of the exam waits for a promise (the compiler's `experimental.async` is off). */
const NO_ASYNC = `
import { derived } from "./deriveds.js";
const never = () => { throw new Error("no template waits here"); };
export const flatten = (blockers, sync, async, fn) => fn(sync.map(derived));
export const run_after_blockers = (blockers, fn) => fn([]);
export { never as capture, never as save, never as unsave, never as run, never as wait, never as increment_pending };
export { never as track_reactivity_loss, never as for_await_track_reactivity_loss, never as unset_context };`;

const PLAIN_EXAM: Record<string, string> = {
  "svelte/src/internal/client/dom/hydration.js": NO_HYDRATION,
  "svelte/src/internal/client/proxy.js": NO_PROXY,
  "svelte/src/internal/client/reactivity/async.js": NO_ASYNC,
};

function onlyWhatWeUse(mode: string): Plugin {
  const replaced = { "vite/preload-helper.js": IMPORT_UNTIL_THERE, ...(mode === "exam" && PLAIN_EXAM) };
  return {
    name: "sahih-only-what-we-use",
    enforce: "pre",
    apply: "build",
    load: (id) => Object.entries(replaced).find(([path]) => id.endsWith(path))?.[1] ?? null,
  };
}

/** Test centres run old computers on poor lines: what the exam needs before its first question stays under 40 kB. */
const EXAM_BUDGET = 40_000;

function budget(): Plugin {
  return {
    name: "sahih-budget",
    apply: "build",
    generateBundle(_, bundle) {
      const sizeOf = (name: string, seen: Set<string>): number => {
        const chunk = bundle[name];
        if (chunk?.type !== "chunk" || seen.has(name)) return 0;
        seen.add(name);
        return gzipSync(chunk.code).length + chunk.imports.reduce((sum, next) => sum + sizeOf(next, seen), 0);
      };
      for (const [name, chunk] of Object.entries(bundle)) {
        if (chunk.type !== "chunk" || !chunk.isEntry || chunk.name !== "exam") continue;
        const size = sizeOf(name, new Set());
        if (size > EXAM_BUDGET) this.error(`the exam needs ${size} bytes of JavaScript (gzip); ${EXAM_BUDGET} are allowed`);
      }
    },
  };
}

// The exam is built by itself: a chunk shared with the staff pages would carry their parts of the framework into the exam.
const PAGES: Record<string, string[]> = { exam: ["exam.html"], staff: ["proctor.html", "office.html"] };

export default defineConfig(({ mode }) => ({
  plugins: [onlyWhatWeUse(mode), svelte(), addresses(), budget()],
  build: {
    target: ["chrome109", "firefox115"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    emptyOutDir: mode !== "staff",
    rolldownOptions: { input: PAGES[mode] ?? Object.values(PAGES).flat() },
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/healthz"].map((path) => [path, { target: server, changeOrigin: true, headers: { Origin: server } }]),
    ),
  },
  test: { environment: "node", include: ["src/**/*.test.ts"], exclude: [...configDefaults.exclude] },
}));
