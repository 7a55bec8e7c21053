import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const ROOT = "frontend";

/** A screen's entry is the file that bears its folder's name: watch/watch.ts, office/plan/plan.css. */
function screens(folder = ROOT): string[] {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .filter(({ name }) => name !== "dist")
    .flatMap(({ name }) => [
      ...[`${name}.ts`, `${name}.css`].map((file) => `${folder}/${name}/${file}`).filter(existsSync),
      ...screens(`${folder}/${name}`),
    ]);
}

/** Scripts and styles also lie compressed beside themselves: WhiteNoise serves those, and hls.js shrinks to a third. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir }, bundle) {
      for (const file of Object.values(bundle)) {
        if (!/\.(js|css|svg)$/.test(file.fileName)) continue;
        const content = file.type === "chunk" ? file.code : file.source;
        writeFileSync(`${dir}/${file.fileName}.br`, brotliCompressSync(content));
        writeFileSync(`${dir}/${file.fileName}.gz`, gzipSync(content));
      }
    },
  };
}

export default defineConfig({
  base: "/static/",
  plugins: [compressed()],
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
    chunkSizeWarningLimit: 640, // hls.js, asked for only where HLS is needed
    rolldownOptions: { input: [`${ROOT}/base.css`, ...screens()] },
  },
});
