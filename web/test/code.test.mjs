// The page's own steps from a template to the text of the QR, against the vectors of the specification
// and against the browser's own way to make keys.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, spec } from "./load.mjs";

const bytes = await load("src/shared/bytes.ts");
const { present } = await load("src/code/present.ts");

test("Base45 writes the examples of RFC 9285", () => {
  const of = (text) => bytes.toBase45(new TextEncoder().encode(text));
  assert.equal(of("AB"), "BB8");
  assert.equal(of("Hello!!"), "%69 VD92EX0");
  assert.equal(of("base-45"), "UJCLQE7W581");
});

test("Base45 reads back what it writes, and refuses what it could not have written", () => {
  for (let length = 0; length < 40; length++) {
    const given = crypto.getRandomValues(new Uint8Array(length));
    assert.deepEqual(bytes.fromBase45(bytes.toBase45(given)), given);
  }
  for (const bad of ["A", "GGW", "::", "ab1", ":::"]) assert.equal(bytes.fromBase45(bad), undefined, bad);
});

test("base64url reads back what it writes", () => {
  for (let length = 0; length < 40; length++) {
    const given = crypto.getRandomValues(new Uint8Array(length));
    assert.deepEqual(bytes.fromBase64url(bytes.toBase64url(given)), given);
  }
});

test("a presentation places time and signature where the template says", async () => {
  const piece = (...values) => bytes.toBase64url(Uint8Array.from(values));
  const template = { sign: [piece(1, 2), piece(3)], code: [piece(9), piece(8, 7), piece(6)] };
  let signed;
  const text = await present(template, 0x01020304, async (given) => ((signed = [...given]), Uint8Array.from([0xaa, 0xbb])));
  assert.deepEqual(signed, [1, 2, 1, 2, 3, 4, 3]);
  assert.ok(text.startsWith("KM1:"));
  assert.deepEqual([...bytes.fromBase45(text.slice(4))], [9, 1, 2, 3, 4, 8, 7, 0xaa, 0xbb, 6]);
});

test("the vectors of the specification come out letter by letter", async () => {
  const cases = spec("template.json");
  assert.ok(cases.length > 0);
  for (const { signature, template, time, text } of cases)
    assert.equal(await present(template, time, async () => bytes.fromBase64url(signature)), text);
});
