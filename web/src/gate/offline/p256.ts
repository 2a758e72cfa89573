// A P-256 point from its x and the parity of its y (RFC 9053, section 7.1.1): WebCrypto imports only whole points.

import type { Bytes } from "./cose";
import { hex } from "./cose";

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** 04 ‖ x ‖ y; nothing when no point has that x. */
export function wholePoint(x: Bytes, odd: boolean): Bytes | undefined {
  const number = BigInt(`0x${hex(x)}`);
  const square = (number ** 3n - 3n * number + B) % P;
  const root = power(square < 0n ? square + P : square, (P + 1n) / 4n);
  if (number >= P || root ** 2n % P !== (square + P) % P) return undefined;
  const y = (root & 1n) === (odd ? 1n : 0n) ? root : P - root;
  const digits = y.toString(16).padStart(64, "0");
  const bytes = digits.match(/../g)!.map((pair) => parseInt(pair, 16));
  return Uint8Array.from([4, ...x, ...bytes]);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base; exponent > 0n; exponent >>= 1n, square = square ** 2n % P)
    if (exponent & 1n) result = (result * square) % P;
  return result;
}
