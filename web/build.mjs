// Builds the scripts into a folder: `node build.mjs [DIR]`, by default where the server embeds them.
import { build } from "esbuild";
import { copyFile, readFile } from "node:fs/promises";

const out = process.argv[2] ?? new URL("../crates/server/assets", import.meta.url).pathname;

/** The reader's default is to fetch its module from somebody else's host: ours is the only host there is. */
const ownHost = {
  name: "own-host",
  setup: ({ onLoad }) =>
    onLoad({ filter: /zxing-wasm.*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return { contents: source.replace(/https:\/\/[a-z.]*jsdelivr\.net\/npm\//g, "/assets/"), loader: "js" };
    }),
};

await build({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: ["src/code.ts", "src/ed25519.ts", "src/gate.ts", "src/leave.ts", "src/reader.ts", "src/sw.ts"],
  outdir: out,
  bundle: true,
  format: "esm",
  target: ["chrome90", "safari15", "firefox90"],
  minify: true,
  charset: "utf8",
  legalComments: "inline",
  logLevel: "warning",
  plugins: [ownHost],
});
await copyFile(new URL("node_modules/zxing-wasm/dist/reader/zxing_reader.wasm", import.meta.url).pathname, `${out}/zxing_reader.wasm`);
