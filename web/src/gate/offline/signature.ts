// Whether a public key made a signature: Ed25519 and ES256 by WebCrypto, Ed25519 by a library where WebCrypto lacks it.

import { hex, type Bytes } from "./cose";

export const [ED25519, ES256] = [-8, -7];

export interface PublicKey {
  alg: number;
  /** As WebCrypto exports it: 32 bytes, or 65 bytes 04 ‖ x ‖ y. */
  raw: Bytes;
}

type Verify = (raw: Bytes, message: Bytes, signature: Bytes) => Promise<boolean>;

/** What `ed25519.ts` gives. */
export interface Library {
  verify(raw: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

let ed25519: Verify | undefined;

/** Finds out what this browser can do, and loads what it lacks from `library`: to be asked while there is network. */
export async function prepare(library: () => Promise<Library>): Promise<void> {
  ed25519 ??= (await hasEd25519()) ? native({ name: "Ed25519" }, { name: "Ed25519" }) : await loaded(library);
}

async function hasEd25519(): Promise<boolean> {
  const generator = new Uint8Array(32).fill(0x66).fill(0x58, 0, 1);
  return crypto.subtle.importKey("raw", generator, { name: "Ed25519" }, false, ["verify"]).then(() => true, () => false);
}

async function loaded(library: () => Promise<Library>): Promise<Verify> {
  const { verify } = await library();
  return async (raw, message, signature) => verify(raw, message, signature);
}

function native(key: EcKeyImportParams | Algorithm, how: EcdsaParams | Algorithm): Verify {
  return async (raw, message, signature) =>
    crypto.subtle.verify(how, await crypto.subtle.importKey("raw", raw, key, false, ["verify"]), signature, message);
}

const es256 = native({ name: "ECDSA", namedCurve: "P-256" } as EcKeyImportParams, { name: "ECDSA", hash: "SHA-256" } as EcdsaParams);

/** This browser cannot verify at all. */
export class CannotVerify extends Error {}

/** `alg` is what the signed document says: it has to be the key's. A key that is none made nothing. */
export async function verifies(key: PublicKey, alg: number, message: Bytes, signature: Bytes): Promise<boolean> {
  const verify = key.alg === ES256 ? es256 : ed25519;
  if (!verify || !globalThis.crypto?.subtle) throw new CannotVerify();
  if (alg !== key.alg || (key.alg === ED25519 && !isSound(key.raw))) return false;
  return verify(key.raw, message, signature).catch(() => false);
}

/** The y coordinates of the points of small order: under such a key anybody can sign anything. */
const SMALL = [
  "0".repeat(64),
  `01${"0".repeat(62)}`,
  `ec${"f".repeat(60)}7f`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];

/** Whether an Ed25519 key is written in its one way (below 2^255 - 19) and not of small order. */
function isSound(raw: Bytes): boolean {
  const y = Uint8Array.from(raw);
  y[31]! &= 0x7f;
  const canonical = y[0]! < 0xed || y[31] !== 0x7f || y.slice(1, 31).some((byte) => byte !== 0xff);
  return canonical && !SMALL.includes(hex(y));
}
