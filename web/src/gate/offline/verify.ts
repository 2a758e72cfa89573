// From the text of a QR to what may be believed of it, in the order of spec/code.md, section 4.

import { fromBase45 } from "../../shared/bytes";
import { decode, Malformed } from "./cbor";
import { readClaims, type Claims } from "./claims";
import { readSign1, signedByHolder, signedByIssuer, type Sign1 } from "./cose";
import type { Ring } from "./ring";
import { verifies } from "./signature";

/** How far a clock may be off, in seconds. */
export const SKEW = 90;
/** No symbol of ours is longer. */
const LONGEST_TEXT = 1024;

/** Why a document is not believed: a stable code. */
export class Disbelieved extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

/** A code of ours that is well-formed. Nothing in it is verified. */
export interface ReadCode {
  sign1: Sign1;
  claims: Claims;
}

/** Throws `Disbelieved`. */
export function readCode(text: string): ReadCode {
  if (!text.startsWith("KM1:")) throw new Disbelieved("foreign-code");
  const bytes = text.length > LONGEST_TEXT ? undefined : fromBase45(text.slice(4));
  try {
    if (!bytes) throw new Malformed("not Base45");
    const sign1 = readSign1(bytes);
    const claims = readClaims(decode(sign1.payload));
    if (sign1.countersignature && claims.kind !== "device") throw new Malformed("a code without a device is presented by one");
    return { sign1, claims };
  } catch (error) {
    throw error instanceof Malformed ? new Disbelieved("malformed-code") : error;
  }
}

/** What may be believed of a code at a time in seconds since 1970. Throws `Disbelieved`. */
export async function verify({ sign1, claims }: ReadCode, ring: Ring, now: number): Promise<Claims> {
  await checkIssuer(sign1, claims, ring);
  if (claims.issued > now + SKEW) throw new Disbelieved("code-not-yet-valid");
  if (now >= claims.expires) throw new Disbelieved("expired-code");
  if (claims.holder) await checkHolder(sign1, claims, now);
  return claims;
}

async function checkIssuer(sign1: Sign1, claims: Claims, ring: Ring): Promise<void> {
  const issuer = ring.get(sign1.kid);
  if (!issuer) throw new Disbelieved("unknown-issuer");
  if (!(await verifies(issuer, sign1.alg, signedByIssuer(sign1), sign1.signature))) throw new Disbelieved("forged-code");
  if (issuer.issuer !== claims.issuer) throw new Disbelieved("other-issuer");
  if (claims.issued < issuer.from || claims.issued >= issuer.until) throw new Disbelieved("outside-key-window");
}

async function checkHolder(sign1: Sign1, { holder }: Claims, now: number): Promise<void> {
  const made = sign1.countersignature;
  if (!made) throw new Disbelieved("no-presentation");
  const key = holder?.raw && holder.alg ? { alg: holder.alg, raw: holder.raw } : undefined;
  const holds = key && (await verifies(key, made.alg, signedByHolder(sign1, made), made.signature));
  if (!holds) throw new Disbelieved("forged-presentation");
  if (now - made.at > SKEW) throw new Disbelieved("stale-presentation");
  if (made.at - now > SKEW) throw new Disbelieved("wrong-clock");
}

