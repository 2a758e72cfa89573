// The CBOR that codes and lists are made of (spec/code.md, section 1): definite lengths, no key twice, nothing behind
// the end. What no format of ours carries (floats, null) reads as nothing.

export type Cbor = number | bigint | string | boolean | undefined | Uint8Array<ArrayBuffer> | Cbor[] | CborMap | Tagged;
export type CborMap = Map<number | string, Cbor>;
export class Tagged {
  constructor(readonly tag: number | bigint, readonly value: Cbor) {}
}

export class Malformed extends Error {}

/** Deeper than anything of ours: whoever nests for the sake of it is refused. */
const DEEPEST = 16;
const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function decode(bytes: Uint8Array<ArrayBuffer>): Cbor {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (reader.at !== bytes.length) throw new Malformed("something follows the end");
  return value;
}

class Reader {
  at = 0;
  constructor(private readonly bytes: Uint8Array<ArrayBuffer>) {}

  item(depth: number): Cbor {
    if (depth > DEEPEST) throw new Malformed("nested too deep");
    const first = this.take(1)[0]!;
    const [major, info] = [first >> 5, first & 31];
    const value = this.argument(info);
    switch (major) {
      case 0: return value;
      case 1: return typeof value === "bigint" ? -1n - value : -1 - value;
      case 2: return this.take(value);
      case 3: return this.text(value);
      case 4: return Array.from({ length: this.count(value) }, () => this.item(depth + 1));
      case 5: return this.map(value, depth);
      case 6: return new Tagged(value, this.item(depth + 1));
      default: return this.simple(info, value);
    }
  }

  private argument(info: number): number | bigint {
    if (info < 24) return info;
    if (info > 27) throw new Malformed("a length is indefinite or unknown");
    const wide = this.take(2 ** (info - 24)).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return wide <= Number.MAX_SAFE_INTEGER ? Number(wide) : wide;
  }

  /** How many items follow: no more than there are bytes left. */
  private count(value: number | bigint): number {
    if (value > this.bytes.length - this.at) throw new Malformed("cut off");
    return Number(value);
  }

  private take(length: number | bigint): Uint8Array<ArrayBuffer> {
    const from = this.at;
    this.at += this.count(length);
    return this.bytes.slice(from, this.at);
  }

  private text(length: number | bigint): string {
    const bytes = this.take(length);
    try {
      return text.decode(bytes);
    } catch {
      throw new Malformed("a text is not UTF-8");
    }
  }

  private map(length: number | bigint, depth: number): CborMap {
    const map: CborMap = new Map();
    for (let left = this.count(length); left > 0; left--) {
      const key = this.item(depth + 1);
      if (typeof key !== "number" && typeof key !== "string") throw new Malformed("a map key is neither a number nor a text");
      if (map.has(key)) throw new Malformed("a map names a key twice");
      map.set(key, this.item(depth + 1));
    }
    return map;
  }

  private simple(info: number, value: number | bigint): Cbor {
    if (info === 24 && value < 32) throw new Malformed("a simple value is written the long way");
    return info === 20 ? false : info === 21 ? true : undefined;
  }
}
