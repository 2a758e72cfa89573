// What a gate without network does: signatures, the status list, then the policy's rulings. Whatever cannot be told is
// told to nobody as a colour.

import type { Check } from "../queue";
import type { Act } from "../signal";
import { STANDINGS, type Claims } from "./claims";
import type { StatusList } from "./list";
import type { Ring } from "./ring";
import { CannotVerify } from "./signature";
import { Disbelieved, readCode, SKEW, verify } from "./verify";

/** What the policy says about one approach, in the checker's words. */
export interface Ruling {
  standing: string;
  direction: string;
  purpose: string;
  fever: boolean;
  act: Act;
  word: string;
  "standing-word": string;
  sentence: string;
  "unless-home": boolean;
}

/** What a gate needs to decide alone. */
export interface Kit {
  ring: Ring;
  /** Nothing when it cannot be read, or nobody known signed it. */
  list: StatusList | undefined;
  feverAbove: number;
  rulings: Ruling[];
}

export interface Decision {
  act: Act;
  standing: string;
  /** Who, where a code could be believed. */
  claims?: Claims;
  /** What the policy says; without it, it cannot be told. */
  ruling?: Ruling;
  /** Why it cannot be told: a stable code. */
  reason?: string;
}

/** Decides at a time in seconds since 1970, if that is known. Never throws. */
export async function decide(kit: Kit | undefined, check: Check, now: number | undefined): Promise<Decision> {
  try {
    const code = readCode(check.code);
    if (now === undefined) throw new Disbelieved("gate-clock");
    if (!kit) throw new Disbelieved("no-list");
    const claims = await verify(code, kit.ring, now);
    const standing = standingOf(claims, fresh(kit.list, now));
    const ruling = rule(kit, standing, check);
    return { act: ruling.act, standing, claims, ruling };
  } catch (error) {
    return { act: check.emergency ? "pass" : "cannot-tell", standing: "unknown", reason: reasonOf(error) };
  }
}

function fresh(list: StatusList | undefined, now: number): StatusList {
  if (!list) throw new Disbelieved("list-unreadable");
  if (now >= list.expires) throw new Disbelieved("list-too-old");
  if (list.issued > now + SKEW) throw new Disbelieved("gate-clock");
  return list;
}

/** The newer of code and list is believed. A place in the list may have been another's before a newer code took it. */
function standingOf(claims: Claims, list: StatusList): string {
  if (claims.issued >= list.issued) {
    if (!claims.standing) throw new Disbelieved("newer-than-list");
    return claims.standing;
  }
  const value = list.value(claims.index);
  if (value === 1) throw new Disbelieved("revoked");
  const standing = value === undefined ? undefined : STANDINGS[value];
  if (!standing) throw new Disbelieved("not-in-list");
  return standing;
}

function rule(kit: Kit, standing: string, check: Check): Ruling {
  const purpose = check.emergency ? "emergency" : check.purpose || "none";
  const fever = Number(check.temperature ?? 0) > kit.feverAbove;
  const fits = (one: Ruling) =>
    one.standing === standing && one.direction === check.direction && one.purpose === purpose && one.fever === fever;
  const ruling = kit.rulings.find(fits);
  if (!ruling) throw new Disbelieved("no-list");
  return ruling;
}

function reasonOf(error: unknown): string {
  if (error instanceof Disbelieved) return error.reason;
  return error instanceof CannotVerify ? "cannot-verify" : "malformed-code";
}

/** Whether nobody will ever read the code: it names nobody who passed. */
export const isUnreadable = ({ reason }: Decision): boolean => reason === "foreign-code" || reason === "malformed-code";
