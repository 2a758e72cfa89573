// What was decided without network: kept on the device, handed in once each when the network is back.

import { ask } from "../shared/ask";
import { all, drop, keep } from "../shared/drawer";
import type { Act } from "./signal";

export interface Check {
  point: string;
  /** What was read or typed; empty in an emergency. */
  code: string;
  direction: string;
  purpose: string;
  temperature: string | null;
  emergency: boolean;
  /** It was typed or came from a scanner that types, so the server cannot know that a camera saw it. */
  typed: boolean;
  /** Chosen here, so that handing in twice writes once. */
  key: string;
  /** When the gate saw it, ISO 8601. */
  at: string;
}

/** A check with what this gate did. */
export interface Visit {
  check: Check;
  decided: { act: Act; standing: string };
}

/** As many as fit into the 64 kB that the server takes at once: a code of ours has at most 1,024 characters. */
const MOST = 40;

export const put = (visit: Visit) => keep("visits", visit.check.key, visit);
export const takeBack = (key: string) => drop("visits", key);
export const waiting = async (): Promise<number> => (await all<Visit>("visits")).length;

/** Hands in what waits. What the server takes or already has is forgotten here. */
export async function handIn(csrf: string): Promise<void> {
  const visits = await all<Visit>("visits");
  for (let from = 0; from < visits.length; from += MOST) {
    const body = { visits: visits.slice(from, from + MOST) };
    const { accepted } = await ask<{ accepted: string[] }>("POST", "/api/v1/gate/visits", csrf, body, 30_000);
    for (const key of accepted) await drop("visits", key);
  }
}
