// From a template of the server and the device's key to the text of the QR: spec/code.md, section 3.

import { fromBase64url, join, toBase45 } from "../shared/bytes";

export interface Template {
  sign: [string, string];
  code: [string, string, string];
}

/** Four bytes, big-endian. */
function timeBytes(seconds: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, seconds);
  return bytes;
}

export async function present(
  template: Template,
  seconds: number,
  sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>,
): Promise<string> {
  const at = timeBytes(seconds);
  const [s0, s1] = template.sign.map(fromBase64url) as [Uint8Array, Uint8Array];
  const [c0, c1, c2] = template.code.map(fromBase64url) as [Uint8Array, Uint8Array, Uint8Array];
  const signature = await sign(join(s0, at, s1));
  return `KM1:${toBase45(join(c0, at, c1, signature, c2))}`;
}
