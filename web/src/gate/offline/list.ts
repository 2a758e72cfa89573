// The signed status list: spec/code.md, section 6.

import { decode, Malformed, type Cbor } from "./cbor";
import { asBytes, asMap, asNumber, asTime, readSign1, signedByIssuer, type Bytes } from "./cose";
import type { Ring } from "./ring";
import { verifies } from "./signature";

const TYPE = "application/statuslist+cwt";
const [EXP, IAT, STATUS_LIST] = [4, 6, 65_533];
/** A list that unpacks to more is refused: 64 MiB hold 134 million holders of four bits. */
const MOST_BYTES = 64 << 20;

/** A list whose signature holds. */
export interface StatusList {
  /** Seconds since 1970. */
  issued: number;
  /** The first second in which it no longer holds. */
  expires: number;
  /** The value at an index, if the list reaches that far. */
  value(index: number): number | undefined;
}

/** Nothing when it is not signed by a key of the ring; throws `Malformed` when it is not well-formed. */
export async function readList(token: Bytes, ring: Ring): Promise<StatusList | undefined> {
  const sign1 = readSign1(token);
  const issuer = ring.get(sign1.kid);
  if (sign1.content !== TYPE || !issuer) return undefined;
  if (!(await verifies(issuer, sign1.alg, signedByIssuer(sign1), sign1.signature))) return undefined;
  const claims = asMap(decode(sign1.payload));
  const [issued, expires] = [asTime(claims.get(IAT)), claims.has(EXP) ? asTime(claims.get(EXP)) : Infinity];
  if (issued < issuer.from || issued >= issuer.until) return undefined;
  return { issued, expires, value: await unpacked(claims.get(STATUS_LIST)) };
}

export async function unpacked(list: Cbor): Promise<StatusList["value"]> {
  const bits = asNumber(asMap(list).get("bits"));
  if (![1, 2, 4, 8].includes(bits)) throw new Malformed("a list has 1, 2, 4 or 8 bits for each holder");
  const bytes = await unzip(asBytes(asMap(list).get("lst")));
  const [each, mask] = [8 / bits, 2 ** bits - 1];
  return (index) => {
    const byte = bytes[Math.floor(index / each)];
    return byte === undefined ? undefined : (byte >> ((index % each) * bits)) & mask;
  };
}

async function unzip(packed: Bytes): Promise<Uint8Array> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read().catch(() => { throw new Malformed("the list does not unpack"); });
    if (done) break;
    parts.push(value);
    if ((length += value.length) > MOST_BYTES) throw new Malformed("the list is longer than 64 MiB");
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}
