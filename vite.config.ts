import { readdirSync } from "node:fs";
import { defineConfig } from "vite";

const ROOT = "frontend";

/** A screen's entry is the file that bears its folder's name: watch/watch.ts, programme/programme.css. */
function screens(): string[] {
  const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) =>
    readdirSync(`${ROOT}/${name}`)
      .filter((file) => file === `${name}.ts` || file === `${name}.css`)
      .map((file) => `${ROOT}/${name}/${file}`),
  );
}

export default defineConfig({
  base: "/static/",
  publicDir: `${ROOT}/public`,
  build: {
    outDir: `${ROOT}/dist`,
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    // Phones of 2019 still come by with Safari 15.4: nesting is lowered, cascade layers stay.
    cssTarget: ["chrome99", "firefox100", "safari15.4"],
    // The content security policy allows no data: font, so every asset stays a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: [`${ROOT}/base.css`, ...screens()] },
  },
});
