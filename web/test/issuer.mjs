// An issuer of the tests' own, and holders' devices: they sign codes and lists, right ones and such as no server would.
import { deflateSync } from "node:zlib";

const { subtle } = globalThis.crypto ?? (await import("node:crypto")).webcrypto;
export const NAME = "test.example";
const FROM = 1_700_000_000;

/** Numbers, texts, byte strings, arrays, maps and truths as CBOR. */
export function cbor(value) {
  if (typeof value === "boolean") return Buffer.of(value ? 0xf5 : 0xf4);
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  return Buffer.concat([head(5, value.size), ...[...value].flat().map(cbor)]);
}

function head(major, value) {
  if (value < 24) return Buffer.of((major << 5) | value);
  const bytes = value < 0x100 ? 1 : value < 0x10000 ? 2 : 4;
  const wide = Buffer.alloc(4);
  wide.writeUInt32BE(value);
  return Buffer.concat([Buffer.of((major << 5) | (23 + { 1: 1, 2: 2, 4: 3 }[bytes])), wide.subarray(4 - bytes)]);
}

async function keyPair(algorithm) {
  const pair = await subtle.generateKey(algorithm === "ES256" ? { name: "ECDSA", namedCurve: "P-256" } : { name: "Ed25519" }, true, ["sign", "verify"]);
  const raw = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
  const how = algorithm === "ES256" ? { name: "ECDSA", hash: "SHA-256" } : { name: "Ed25519" };
  return { raw, alg: algorithm === "ES256" ? -7 : -8, sign: async (bytes) => new Uint8Array(await subtle.sign(how, pair.privateKey, bytes)) };
}

const issuer = await keyPair("Ed25519");
const kid = new Uint8Array(await subtle.digest("SHA-256", issuer.raw)).slice(0, 8);
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");

/** As the server publishes it. */
export const published = {
  kid: Buffer.from(kid).toString("hex"),
  issuer: NAME,
  from: new Date(FROM * 1000).toISOString(),
  until: new Date((FROM + 400 * 86_400) * 1000).toISOString(),
  key: { kty: "OKP", crv: "Ed25519", x: base64url(issuer.raw) },
};

async function sign1(claims, more = []) {
  const protectedHeader = cbor(new Map([[1, -8], [4, kid], ...more]));
  const payload = cbor(claims);
  const signature = await issuer.sign(cbor(["Signature1", protectedHeader, Buffer.alloc(0), payload]));
  return { protectedHeader, payload, signature };
}

const envelope = ({ protectedHeader, payload, signature }, unprotected = new Map()) =>
  new Uint8Array(Buffer.concat([Buffer.of(0xd2), cbor([protectedHeader, unprotected, payload, signature])]));

/** A phone with a key of its own; `sign` and `key` may be replaced by what no phone would do. */
export async function phone(algorithm = "Ed25519") {
  const { raw, alg, sign } = await keyPair(algorithm);
  const key = alg === -8 ? new Map([[1, 1], [-1, 6], [-2, raw]]) : new Map([[1, 2], [-1, 1], [-2, raw.slice(1, 33)], [-3, (raw[64] & 1) === 1]]);
  return { key, alg, sign };
}

/** The claims of a code; `health` and `claims` add or replace some. */
function claimsOf({ kind, issued, life, standing, index, holder, health = [], claims = [] }) {
  const shown = kind === 2 ? [] : [[1, standing], [6, issued]];
  const face = new Map([[0, kind], [2, "330106"], [3, "李**"], [4, "123X"], [5, index], ...shown, ...health]);
  const cnf = holder ? [[8, new Map([[1, holder.key]])]] : [];
  return new Map([[1, NAME], [4, issued + life], [6, issued], [7, new Uint8Array(16).fill(7)], ...cnf, [-260, new Map([[-77, face]])], ...claims]);
}

/** The bytes of a code on paper, made by the server, or shown by a phone at a time. */
export const paper = async (code) => envelope(await sign1(claimsOf({ kind: 2, life: 86_400, ...code })));
export const serverMade = async (code) => envelope(await sign1(claimsOf({ kind: 1, life: 120, ...code })));
export async function shown(code, at) {
  const { holder } = code;
  const made = await sign1(claimsOf({ kind: 0, life: 1800, ...code }));
  const header = cbor(new Map([[1, holder.alg], [15, new Map([[6, at]])]]));
  const bytes = cbor(["CounterSignatureV2", made.protectedHeader, header, Buffer.alloc(0), made.payload, [made.signature]]);
  return envelope(made, new Map([[11, [header, new Map(), await holder.sign(bytes)]]]));
}

/** A signed list of four bits with these values. */
export async function list(values, issued, life = 6 * 3600, more = []) {
  const bytes = Buffer.alloc(Math.ceil(values.length / 2));
  values.forEach((value, index) => (bytes[index >> 1] |= value << (index % 2) * 4));
  const packed = new Map([["bits", 4], ["lst", deflateSync(bytes)]]);
  const claims = new Map([[2, "/list"], [4, issued + life], [6, issued], [65_533, packed], [65_534, 300], ...more]);
  return envelope(await sign1(claims, [[16, "application/statuslist+cwt"]]));
}
