// Ed25519 where the browser's WebCrypto has none: loaded by the gate's page alone, and only then.

import { ed25519 } from "@noble/curves/ed25519.js";

/** As RFC 8032 says, so that this agrees with browsers and with the server. */
export const verify = (raw: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  ed25519.verify(signature, message, raw, { zip215: false });
