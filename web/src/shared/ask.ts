// Asking our own server, with the session's token and a limit on waiting.

export class Refused extends Error {
  constructor(readonly status: number, readonly problem: { title?: string; detail?: string; code?: string }) {
    super(problem.title ?? String(status));
  }
}

/** Throws `Refused` when the server says no, anything else when it does not answer. */
export async function ask<T>(method: string, path: string, csrf: string, body?: unknown, wait = 8000): Promise<T> {
  const answer = (response: Response) => (response.status === 204 ? (undefined as T) : (response.json() as Promise<T>));
  return send(path, { method, headers: { "x-csrf": csrf }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }, wait, answer);
}

/** The same for what is no JSON. */
export async function askBytes(path: string, wait = 20_000): Promise<Uint8Array<ArrayBuffer>> {
  return send(path, {}, wait, async (response) => new Uint8Array(await response.arrayBuffer()));
}

async function send<T>(path: string, request: RequestInit, wait: number, answer: (response: Response) => T | Promise<T>): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), wait);
  const headers = { "content-type": "application/json", accept: "application/json", ...request.headers };
  try {
    const response = await fetch(path, { ...request, headers, credentials: "same-origin", signal: stop.signal });
    if (!response.ok) throw new Refused(response.status, await response.json().catch(() => ({})));
    return await answer(response);
  } finally {
    clearTimeout(timer);
  }
}
