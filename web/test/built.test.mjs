// What the server embeds is what these sources build, and it is small.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const web = new URL("..", import.meta.url).pathname;
const assets = join(web, "../crates/server/assets");
const BUILT = ["code.js", "ed25519.js", "gate.js", "reader.js", "sw.js", "zxing_reader.wasm"];

test("the committed scripts are what the sources build", () => {
  const dir = mkdtempSync(join(tmpdir(), "kangma-web-"));
  try {
    execFileSync(process.execPath, ["build.mjs", dir], { cwd: web });
    for (const name of BUILT)
      assert.ok(readFileSync(join(dir, name)).equals(readFileSync(join(assets, name))), `${name} differs: run npm run build`);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("what a resident loads first leaves most of 100 kB to the page", () => {
  const names = ["kangma.css", "code.js", "icon.svg", "manifest.webmanifest", "sw.js"];
  const sizes = names.map((name) => gzipSync(readFileSync(join(assets, name)), { level: 9 }).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(total < 30_000, `${total} bytes compressed: ${names.map((name, i) => `${name} ${sizes[i]}`).join(", ")}`);
});
