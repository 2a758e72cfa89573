// The issuer's public keys, as the server publishes them.

import { fromBase64url, join } from "../../shared/bytes";
import { ED25519, ES256, type PublicKey } from "./signature";

/** One of `/api/v1/issuer-keys`. */
export interface PublishedKey {
  kid: string;
  issuer: string;
  /** RFC 3339. */
  from: string;
  until: string;
  key: { kty: string; crv: string; x: string; y?: string };
}

export interface IssuerKey extends PublicKey {
  issuer: string;
  /** When codes may have been issued with it: from, and no longer than until, in seconds since 1970. */
  from: number;
  until: number;
}

export type Ring = Map<string, IssuerKey>;

export const ringOf = (keys: PublishedKey[]): Ring => new Map(keys.map((key) => [key.kid, issuerKey(key)]));

function issuerKey({ issuer, from, until, key }: PublishedKey): IssuerKey {
  const window = { issuer, from: Date.parse(from) / 1000, until: Date.parse(until) / 1000 };
  const x = fromBase64url(key.x);
  return key.y === undefined
    ? { ...window, alg: ED25519, raw: x }
    : { ...window, alg: ES256, raw: join(Uint8Array.of(4), x, fromBase64url(key.y)) };
}
