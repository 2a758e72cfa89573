// The device's own key: made here, never extractable, one a person.

import { read, keep } from "../shared/drawer";
import { ask, Refused } from "../shared/ask";
import { toBase64url } from "../shared/bytes";

export interface DeviceKey {
  id: string;
  algorithm: "Ed25519" | "ES256";
  pair: CryptoKeyPair;
}

const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;

async function make(): Promise<{ algorithm: DeviceKey["algorithm"]; pair: CryptoKeyPair }> {
  try {
    const pair = (await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"])) as CryptoKeyPair;
    return { algorithm: "Ed25519", pair };
  } catch {
    return { algorithm: "ES256", pair: await crypto.subtle.generateKey(P256, false, ["sign", "verify"]) };
  }
}

/** Makes a key and enrols it. Enrolling a new one ends the old one: that is what a lost phone needs. */
export async function enrol(person: string, csrf: string): Promise<DeviceKey> {
  const { algorithm, pair } = await make();
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const body = { algorithm, "public-key": toBase64url(raw) };
  const { key } = await ask<{ key: string }>("POST", `/api/v1/persons/${person}/device-keys`, csrf, body);
  const made: DeviceKey = { id: key, algorithm, pair };
  await keep("keys", person, made);
  return made;
}

export const kept = (person: string): Promise<DeviceKey | undefined> => read<DeviceKey>("keys", person);

/** Whether the server no longer knows the key, so that another has to be enrolled. */
export const isGone = (error: unknown) => error instanceof Refused && error.problem.code === "unknown-device";

export async function sign(key: DeviceKey, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const how = key.algorithm === "Ed25519" ? { name: "Ed25519" } : { name: "ECDSA", hash: "SHA-256" };
  return new Uint8Array(await crypto.subtle.sign(how, key.pair.privateKey, bytes));
}
