// What a gate takes along for when its network is gone: keys, list and rulings, kept on the device for the checker who
// is signed in, with the time at which they were fetched.

import { ask, askBytes } from "../../shared/ask";
import { drop, keep, read } from "../../shared/drawer";
import type { Check } from "../queue";
import { Clock, type Heard } from "./clock";
import type { Bytes } from "./cose";
import { decide, type Decision, type Kit, type Ruling } from "./decide";
import { readList } from "./list";
import { ringOf, type PublishedKey } from "./ring";
import { prepare, type Library } from "./signature";

interface Rulings {
  /** RFC 3339. */
  at: string;
  "fever-above": string | null;
  rulings: Ruling[];
}

interface Packed {
  checker: string;
  heard: Heard;
  keys: PublishedKey[];
  list: Bytes;
  rulings: Rulings;
}

const LATEST = "latest";
/** What a clock makes wrong. */
const BY_TIME = ["stale-presentation", "wrong-clock", "expired-code", "code-not-yet-valid", "list-too-old"];

export class Offline {
  readonly clock = new Clock();
  private kit: Kit | undefined;

  constructor(private readonly point: string, private readonly checker: string, private readonly library: () => Promise<Library>) {}

  /** Takes out what was kept; not what another checker kept on this device. */
  async open(): Promise<void> {
    const packed = await read<Packed>("kits", this.point).catch(() => undefined);
    if (packed && packed.checker !== this.checker) return void (await drop("kits", this.point));
    if (!packed) return;
    this.clock.recall(packed.heard, (await read<number>("kits", LATEST).catch(() => undefined)) ?? 0);
    this.kit = await this.unpack(packed).catch(() => undefined);
  }

  /** Leaves nothing to somebody who may no longer check here. */
  async forget(): Promise<void> {
    this.kit = undefined;
    await drop("kits", this.point).catch(() => undefined);
  }

  /** Fetches everything anew; where the list is long in coming, the old one goes on. Throws when the server is silent, or refuses. */
  async refresh(): Promise<void> {
    const asked = Date.now();
    const rulings = await ask<Rulings>("GET", `/api/v1/gate/points/${this.point}/rulings`, "");
    const heard = { server: Date.parse(rulings.at), device: (asked + Date.now()) / 2 };
    this.clock.hear(heard);
    const signed = Promise.all([ask<PublishedKey[]>("GET", "/api/v1/issuer-keys", ""), askBytes("/api/v1/gate/status-list")]);
    const [keys, list] = (await signed.catch(() => undefined)) ?? [];
    if (!keys || !list) return;
    const packed = { checker: this.checker, heard, keys, list, rulings };
    this.kit = await this.unpack(packed);
    await keep("kits", this.point, packed).catch(() => undefined);
  }

  private async unpack({ keys, list, rulings }: Packed): Promise<Kit> {
    await prepare(this.library).catch(() => undefined);
    const ring = ringOf(keys);
    const read = await readList(list, ring).catch(() => undefined);
    return { ring, list: read, rulings: rulings.rulings, feverAbove: Number(rulings["fever-above"] ?? Infinity) };
  }

  /** When the list was made and ends, in seconds since 1970; nothing without one. */
  get list(): { issued: number; expires: number } | undefined {
    return this.kit?.list;
  }

  async decide(check: Check): Promise<Decision> {
    const decision = await decide(this.kit, check, this.clock.setBack ? undefined : this.clock.now() / 1000);
    const byTime = this.clock.jumped && BY_TIME.includes(decision.reason ?? "");
    return byTime ? { ...decision, reason: "gate-clock" } : decision;
  }

  /** Notes how late it is, so that a clock that is set back is noticed by the next page as well. */
  async noteTime(): Promise<void> {
    if (!this.clock.setBack) await keep("kits", LATEST, this.clock.now()).catch(() => undefined);
  }
}
