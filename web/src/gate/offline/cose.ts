// COSE_Sign1 with its version-2 countersignature, as received: spec/code.md, sections 1 to 3. Nothing is verified here.

import { join } from "../../shared/bytes";
import { decode, Malformed, Tagged, type Cbor, type CborMap } from "./cbor";

export type Bytes = Uint8Array<ArrayBuffer>;

export interface Sign1 {
  protected: Bytes;
  /** -8 for Ed25519, -7 for ES256. */
  alg: number;
  /** The key's name, in hexadecimal. */
  kid: string;
  /** Header 16: what the whole is. */
  content: Cbor;
  payload: Bytes;
  signature: Bytes;
  countersignature: Countersignature | undefined;
}

export interface Countersignature {
  protected: Bytes;
  alg: number;
  /** When it was made, in seconds since 1970. */
  at: number;
  signature: Bytes;
}

const [TAG_SIGN1, TAG_CWT] = [18, 61];
const [ALG, CRIT, KID, COUNTERSIGNATURE, CWT_CLAIMS, TYPE] = [1, 2, 4, 11, 15, 16];
const IAT = 6;
/** The last second of the year 9999: no time of ours is later. */
const LAST_SECOND = 253_402_300_799;

export function readSign1(bytes: Bytes): Sign1 {
  const [header, unprotected, payload, signature] = array(untagged(decode(bytes)), 4);
  const given = asBytes(header);
  const protectedBytes = given.length === 1 && given[0] === 0xa0 ? given.slice(1) : given;
  const fields = protectedBytes.length ? asMap(decode(protectedBytes)) : new Map();
  if (fields.has(CRIT)) throw new Malformed("a critical header is not understood");
  const counter = asMap(unprotected).get(COUNTERSIGNATURE);
  return {
    protected: protectedBytes,
    alg: asNumber(fields.get(ALG)),
    kid: hex(asBytes(fields.get(KID), 8)),
    content: fields.get(TYPE),
    payload: asBytes(payload),
    signature: asBytes(signature, 64),
    countersignature: counter === undefined ? undefined : readCountersignature(counter),
  };
}

function untagged(value: Cbor): Cbor {
  const inner = value instanceof Tagged && value.tag === TAG_CWT ? value.value : value;
  if (inner === value && !(value instanceof Tagged)) return value;
  if (inner instanceof Tagged && inner.tag === TAG_SIGN1) return inner.value;
  throw new Malformed("the tag is not that of a signed envelope");
}

function readCountersignature(value: Cbor): Countersignature {
  const [header, unprotected, signature] = array(value, 3);
  asMap(unprotected);
  const fields = asMap(decode(asBytes(header)));
  if (fields.has(CRIT)) throw new Malformed("a critical header is not understood");
  const at = asTime(asMap(fields.get(CWT_CLAIMS)).get(IAT));
  return { protected: asBytes(header), alg: asNumber(fields.get(ALG)), at, signature: asBytes(signature, 64) };
}

/** RFC 9052, section 4.4: what the issuer signs. */
export function signedByIssuer(sign1: Sign1): Bytes {
  return join(Uint8Array.of(0x84, 0x6a), ascii("Signature1"), bstr(sign1.protected), bstr(ascii("")), bstr(sign1.payload));
}

/** RFC 9338, section 3.3: what the holder's device signs. */
export function signedByHolder(sign1: Sign1, counter: Countersignature): Bytes {
  const context = join(Uint8Array.of(0x86, 0x72), ascii("CounterSignatureV2"));
  const signed = [sign1.protected, counter.protected, ascii(""), sign1.payload].map(bstr);
  return join(context, ...signed, Uint8Array.of(0x81), bstr(sign1.signature));
}

/** A byte string of CBOR. */
function bstr(bytes: Bytes): Bytes {
  const { length } = bytes;
  if (length < 24) return join(Uint8Array.of(0x40 | length), bytes);
  if (length < 0x100) return join(Uint8Array.of(0x58, length), bytes);
  if (length < 0x10000) return join(Uint8Array.of(0x59, length >> 8, length), bytes);
  const head = new DataView(new ArrayBuffer(5));
  head.setUint8(0, 0x5a);
  head.setUint32(1, length);
  return join(new Uint8Array(head.buffer), bytes);
}

const ascii = (text: string): Bytes => Uint8Array.from(text, (c) => c.charCodeAt(0));

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function array(value: Cbor, length: number): Cbor[] {
  if (!Array.isArray(value) || value.length !== length) throw new Malformed(`an array of ${length} was expected`);
  return value;
}

export function asMap(value: Cbor): CborMap {
  if (!(value instanceof Map)) throw new Malformed("a map was expected");
  return value;
}

export function asBytes(value: Cbor, length?: number): Bytes {
  if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length))
    throw new Malformed("a byte string was expected");
  return value;
}

export function asNumber(value: Cbor): number {
  if (typeof value !== "number") throw new Malformed("a whole number was expected");
  return value;
}

/** Seconds since 1970. */
export function asTime(value: Cbor): number {
  const seconds = asNumber(value);
  if (seconds < 0 || seconds > LAST_SECOND) throw new Malformed("a time lies before 1970 or beyond 9999");
  return seconds;
}
