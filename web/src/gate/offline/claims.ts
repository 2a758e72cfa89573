// What the issuer says in a code: spec/code.md, section 2.

import { Malformed, type Cbor, type CborMap } from "./cbor";
import { asBytes, asMap, asNumber, asTime, type Bytes } from "./cose";
import { wholePoint } from "./p256";
import { ED25519, ES256, type PublicKey } from "./signature";

export type Kind = "device" | "server" | "paper";

/** What may be believed of a code once its signatures hold. */
export interface Claims {
  issuer: string;
  /** Seconds since 1970. */
  issued: number;
  expires: number;
  kind: Kind;
  /** What the code shows; paper shows nothing. */
  standing: string | undefined;
  name: string;
  last: string;
  /** The holder's place in the status list. */
  index: number;
  /** The holder's key, in device-bound codes alone; without a key when it is no point. */
  holder: Partial<PublicKey> | undefined;
}

const [ISS, EXP, IAT, CTI, CNF, CERTIFICATE, HEALTH] = [1, 4, 6, 7, 8, -260, -77];
const [KIND, STANDING, REGION, NAME, LAST, STATUS, AS_OF, POLICY] = [0, 1, 2, 3, 4, 5, 6, 7];
const DAY = 86_400;
const KINDS: { kind: Kind; longest: number }[] = [
  { kind: "device", longest: DAY },
  { kind: "server", longest: 120 },
  { kind: "paper", longest: 180 * DAY },
];

/** The values of the status list and of claims, spec/code.md, section 6; 1 says that a code is revoked. */
export const STANDINGS: Record<number, string> = { 0: "green", 3: "yellow", 12: "red", 13: "under-review", 14: "expired", 15: "unknown" };

export function readClaims(payload: Cbor): Claims {
  const claims = asMap(payload);
  const health = asMap(asMap(claims.get(CERTIFICATE)).get(HEALTH));
  const of = KINDS[asNumber(health.get(KIND))];
  if (!of) throw new Malformed("the kind of code is not known");
  const { kind, longest } = of;
  if (claims.has(CNF) !== (kind === "device")) throw new Malformed("a device-bound code has a holder's key, and no other");
  asBytes(claims.get(CTI), 16);
  asText(health.get(REGION), 16);
  const [issued, expires] = [asTime(claims.get(IAT)), asTime(claims.get(EXP))];
  if (issued >= expires || expires - issued > longest) throw new Malformed("the code lives longer than its kind may");
  return {
    issuer: asText(claims.get(ISS), 32),
    issued,
    expires,
    kind,
    standing: readStanding(kind, health),
    name: asText(health.get(NAME), 32),
    last: asText(health.get(LAST), 4),
    index: asIndex(health.get(STATUS)),
    holder: kind === "device" ? readKey(asMap(asMap(claims.get(CNF)).get(1))) : undefined,
  };
}

function readStanding(kind: Kind, health: CborMap): string | undefined {
  if (kind === "paper") {
    if ([STANDING, AS_OF, POLICY].some((label) => health.has(label))) throw new Malformed("a paper code says no standing");
    return undefined;
  }
  asTime(health.get(AS_OF));
  if (health.has(POLICY)) asBytes(health.get(POLICY), 8);
  const standing = STANDINGS[asNumber(health.get(STANDING))];
  if (!standing) throw new Malformed("the standing is not known");
  return standing;
}

function readKey(key: CborMap): Partial<PublicKey> {
  const [kty, crv, x, y] = [key.get(1), key.get(-1), asBytes(key.get(-2), 32), key.get(-3)];
  if (kty === 1 && crv === 6 && !key.has(-3)) return { alg: ED25519, raw: x };
  if (kty !== 2 || crv !== 1) throw new Malformed("the holder's key is none of Ed25519 or P-256");
  if (typeof y === "boolean") return point(x, y);
  const bytes = asBytes(y, 32);
  const whole = point(x, (bytes[31]! & 1) === 1);
  if (!whole.raw || bytes.some((byte, at) => byte !== whole.raw![33 + at])) throw new Malformed("the holder's key is not on its curve");
  return whole;
}

function point(x: Bytes, odd: boolean): Partial<PublicKey> {
  const raw = wholePoint(x, odd);
  return raw ? { alg: ES256, raw } : { alg: ES256 };
}

function asText(value: Cbor, most: number): string {
  const fits = typeof value === "string" && value !== "" && new TextEncoder().encode(value).length <= most && !/\p{Cc}/u.test(value);
  if (!fits) throw new Malformed("a text is empty, too long, or not printable");
  return value;
}

function asIndex(value: Cbor): number {
  const index = asNumber(value);
  if (index < 0 || index >= 2 ** 32) throw new Malformed("a status index is below 2^32");
  return index;
}
