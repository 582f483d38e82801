import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

function plainImports(): Plugin {
  return {
    name: "sahih-plain-imports",
    enforce: "pre",
    apply: "build",
    load: (id) => (id.endsWith("vite/preload-helper.js") ? IMPORT_UNTIL_THERE : null),
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

/** The server alone sends these where no proxy compresses: a third of the bytes, made once and not for each candidate. */
function compressed(): Plugin {
  return {
    name: "sahih-compressed",
    apply: "build",
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => /\.(js|css)$/.test(file))) {
        const path = join(dir!, name);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}

// The exam is built by itself: a chunk shared with the staff pages would carry their parts of the framework into the exam.
const PAGES: Record<string, string[]> = { exam: ["exam.html"], staff: ["proctor.html", "office.html"] };

export default defineConfig(({ mode }) => ({
  plugins: [plainImports(), svelte(), addresses(), budget(), compressed()],
  build: {
    target: ["chrome109", "firefox115"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    emptyOutDir: mode !== "staff",
    rolldownOptions: { input: PAGES[mode] ?? Object.values(PAGES).flat() },
  },
  server: {
    fs: { allow: [".."] }, // the word list of the rescue file is the server's own
    proxy: Object.fromEntries(
      ["/api", "/healthz"].map((path) => [path, { target: server, changeOrigin: true, headers: { Origin: server } }]),
    ),
  },
  test: { environment: "node", include: ["src/**/*.test.ts"], exclude: [...configDefaults.exclude] },
}));
