// A gate without network, held to the vectors of the specification: what is good is read as written there, and nothing
// else is ever believed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, load, publicVectors, spec } from "./load.mjs";

const { toBase45, fromBase45, ringOf, readCode, verify, readList, unpacked, decode, prepare, verifies, ED25519, ES256 } = await load(
  "src/shared/bytes.ts",
  ...["ring", "verify", "list", "cbor", "signature"].map((name) => `src/gate/offline/${name}.ts`),
);
const library = await load("src/ed25519.ts");
await prepare(() => assert.fail("this Node has Ed25519"));

const ring = ringOf(spec("keys.json").issuers);
const reasonOf = (text, now) => Promise.resolve().then(() => verify(readCode(text), ring, now)).then(() => undefined, (error) => error.reason ?? error);

test("every valid code of the specification is read as it is written there", async () => {
  for (const { name, text, now, claims, assurance } of spec("valid.json")) {
    const read = await verify(readCode(text), ring, now);
    assert.deepEqual([read.issuer, read.issued, read.expires], [claims.iss, claims.iat, claims.exp], name);
    assert.deepEqual([read.name, read.last, read.index], [claims.name, claims.last, claims.status_index], name);
    assert.equal(read.standing, claims.standing ?? undefined, name);
    assert.equal({ device: "device-bound", server: "server-made", paper: "paper" }[read.kind], assurance, name);
  }
});

test("every invalid code of the specification is refused for the reason that is written there", async () => {
  for (const { name, text, now, error } of spec("invalid.json")) assert.equal(await reasonOf(text, now), error, name);
});

test("ninety seconds are accepted either way, and not one more", async () => {
  const { text, presented_at: at } = spec("valid.json").find((one) => one.presented_at !== undefined);
  for (const [off, reason] of [[-90.001, "code-not-yet-valid"], [-90, undefined], [90, undefined], [90.001, "stale-presentation"]])
    assert.equal(await reasonOf(text, at + off), reason, `${off} s`);
});

test("no code survives the change of a byte, of a character, or the loss of its end", async () => {
  for (const { name, text, now } of spec("valid.json")) {
    const bytes = fromBase45(text.slice(4));
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] ^= 1 << at % 8;
      assert.match(String(await reasonOf(`KM1:${toBase45(changed)}`, now)), /^[a-z-]+$/, `${name}: byte ${at}`);
      assert.match(String(await reasonOf(`KM1:${toBase45(bytes.slice(0, at))}`, now)), /^[a-z-]+$/, `${name}: cut at ${at}`);
    }
    for (let at = 0; at < text.length; at += 7) {
      const changed = text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
      assert.match(String(await reasonOf(changed, now)), /^[a-z-]+$/, `${name}: character ${at}`);
    }
  }
});

/** Bytes that look like CBOR more often than not, from a seed. */
function* noise(count) {
  let state = 42;
  const next = () => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) >> 8;
  for (let n = 0; n < count; n++)
    yield Uint8Array.from({ length: next() % 200 }, () => (next() % 2 ? [0xd2, 0x84, 0x43, 0xa1, 0x01, 0x27, 0xa0, 0x58, 0x9f, 0xff, 0xfb, 0x1b][next() % 12] : next() & 0xff));
}

test("noise is malformed or foreign, and never anything else", async () => {
  for (const bytes of noise(3000)) assert.equal(await reasonOf(`KM1:${toBase45(bytes)}`, 0), "malformed-code");
  const texts = ["", "KM1", "KM1:", "KM1:A", `KM1:${"0".repeat(3000)}`, "KM1:\u{1F600}", "km1:AAA", "https://example.org", "\0"];
  for (const text of texts) assert.match(await reasonOf(text, 0), /^(malformed|foreign)-code$/, text);
  // An array in an array in an array, a thousand deep.
  assert.equal(await reasonOf(`KM1:${toBase45(new Uint8Array(600).fill(0x81))}`, 0), "malformed-code");
});

const { token, now: listed, values } = spec("status-list.json");

test("the status list of the specification says what is written there", async () => {
  const list = await readList(fromHex(token), ring);
  const said = new Map(values);
  for (let index = 0; index < 32; index++) assert.equal(list.value(index), said.get(index) ?? 0, `index ${index}`);
  assert.equal(list.value(1e9), undefined);
  assert.ok(list.issued <= listed && listed < list.expires);
});

test("no list survives the change of a byte or the loss of its end", async () => {
  const bytes = fromHex(token);
  const read = (given) => readList(given, ring).catch(() => undefined);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Uint8Array.from(bytes);
    changed[at] ^= 0x10;
    assert.equal(await read(changed), undefined, `byte ${at}`);
    assert.equal(await read(bytes.slice(0, at)), undefined, `cut at ${at}`);
  }
  assert.equal(await readList(bytes, new Map()), undefined, "nobody known signed it");
});

test("lists of one, two, four and eight bits of the draft are read", async (t) => {
  const draft = publicVectors("token-status-list/draft-ietf-oauth-status-list.md", t);
  if (!draft) return;
  for (const [bits, name] of [[1, "1_long"], [2, "2_long"], [4, "4"], [8, "8"]]) {
    const list = fromHex(publicVectors(`token-status-list/examples/status_list_encoding${name}_cbor.md`, t));
    const value = await unpacked(decode(list));
    const part = draft.split(/^## /m).find((heading) => heading.startsWith(`${bits}-bit Status List`));
    const entries = [...part.matchAll(/^status\[(\d+)\]\s*=\s*0b([01]+)/gm)];
    assert.ok(entries.length > 10, name);
    for (const [line, index, digits] of entries) assert.equal(value(Number(index)), parseInt(digits, 2), `${bits} bits: ${line}`);
  }
});

async function wycheproof(file, t, key, holds) {
  const vectors = publicVectors(`wycheproof/${file}`, t);
  for (const group of vectors ? JSON.parse(vectors).testGroups : [])
    for (const { tcId, comment, msg, sig, result } of group.tests)
      assert.equal(await holds(key(group.publicKey), fromHex(msg), fromHex(sig)), result === "valid", `${file} ${tcId}: ${comment}`);
}

test("every Ed25519 signature of wycheproof is judged rightly, by the browser and by the library", async (t) => {
  const key = ({ pk }) => ({ alg: ED25519, raw: fromHex(pk) });
  await wycheproof("ed25519_test.json", t, key, (of, message, signature) => verifies(of, ED25519, message, signature));
  await wycheproof("ed25519_test.json", t, key, async ({ raw }, message, signature) => {
    try {
      return library.verify(raw, message, signature);
    } catch {
      return false;
    }
  });
});

test("every P-256 signature of wycheproof is judged rightly", async (t) => {
  const key = ({ uncompressed }) => ({ alg: ES256, raw: fromHex(uncompressed) });
  await wycheproof("ecdsa_secp256r1_sha256_p1363_test.json", t, key, (of, message, signature) => verifies(of, ES256, message, signature));
});

test("a browser without Ed25519 loads the library, and reads the same codes", async (t) => {
  const { importKey } = crypto.subtle;
  t.mock.method(crypto.subtle, "importKey", async function (format, raw, algorithm, ...rest) {
    if (algorithm.name === "Ed25519") throw new DOMException("Unrecognized name.", "NotSupportedError");
    return importKey.call(this, format, raw, algorithm, ...rest);
  });
  const old = await load(...["ring", "verify", "signature"].map((name) => `src/gate/offline/${name}.ts`));
  const read = (text, now) => Promise.resolve().then(() => old.verify(old.readCode(text), old.ringOf(spec("keys.json").issuers), now));
  const [valid] = spec("valid.json");
  await assert.rejects(read(valid.text, valid.now), old.CannotVerify);
  let loaded = 0;
  await old.prepare(async () => (loaded++, library));
  assert.equal(loaded, 1);
  for (const { name, text, now, claims } of spec("valid.json")) assert.equal((await read(text, now)).index, claims.status_index, name);
  for (const { name, text, now, error } of spec("invalid.json"))
    await assert.rejects(read(text, now).then(() => undefined), (found) => found.reason === error, name);
});
