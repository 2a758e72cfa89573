// The pages' sources as modules of the test, bundled as the pages bundle them; and the public vectors, where they are.
import { existsSync, readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import { build } from "esbuild";

globalThis.crypto ??= webcrypto;

/** Everything that these sources export, from one bundle: what they share they share here too. */
export async function load(...paths) {
  const resolveDir = new URL("..", import.meta.url).pathname;
  const contents = paths.map((path) => `export * from "./${path}";`).join("\n");
  const { outputFiles } = await build({ stdin: { contents, resolveDir }, bundle: true, format: "esm", write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

export const spec = (name) => JSON.parse(readFileSync(new URL(`../../spec/vectors/${name}`, import.meta.url), "utf8"));

/**
 * A file of `shared/vectors` beside the checkout; where it is absent the test says so and is left out, but under `CI` it
 * fails.
 */
export function publicVectors(name, t) {
  const path = new URL(`../../../shared/vectors/${name}`, import.meta.url);
  if (existsSync(path)) return readFileSync(path, "utf8");
  if (process.env.CI) throw new Error(`${path.pathname} is missing`);
  t.skip(`${path.pathname} is missing`);
  return undefined;
}

export const fromHex = (digits) => Uint8Array.from(Buffer.from(digits.replace(/\s/g, ""), "hex"));
