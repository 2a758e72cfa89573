// Visits that could not be handed in: kept on the device, handed in once each when the network is back.

import { ask } from "../shared/ask";
import { all, drop, keep } from "../shared/drawer";

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

export const put = (check: Check) => keep("visits", check.key, check);
export const waiting = async (): Promise<number> => (await all<Check>("visits")).length;

/** Hands in what waits. What the server takes or already has is forgotten here. */
export async function handIn(csrf: string): Promise<void> {
  const checks = await all<Check>("visits");
  if (checks.length === 0) return;
  const { accepted } = await ask<{ accepted: string[] }>("POST", "/api/v1/gate/visits", csrf, { visits: checks });
  for (const key of accepted) await drop("visits", key);
}
