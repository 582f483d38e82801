/** @type {import("@sveltejs/vite-plugin-svelte").SvelteConfig} */
export default {
  compilerOptions: {
    runes: true,
    discloseVersion: false,
    // Short names of scoped styles: they are repeated on every element of every template.
    cssHash: ({ hash, filename, css }) => `s${hash(filename + css).slice(0, 5)}`,
  },
};
