// Asking our own server, with the session's token and a limit on waiting.

export class Refused extends Error {
  constructor(readonly status: number, readonly problem: { title?: string; detail?: string; code?: string }) {
    super(problem.title ?? String(status));
  }
}

/** Throws `Refused` when the server says no, anything else when it does not answer. */
export async function ask<T>(method: string, path: string, csrf: string, body?: unknown, wait = 8000): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), wait);
  try {
    const response = await fetch(path, {
      method,
      headers: { "content-type": "application/json", accept: "application/json", "x-csrf": csrf },
      credentials: "same-origin",
      signal: stop.signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Refused(response.status, await response.json().catch(() => ({})));
    return response.status === 204 ? (undefined as T) : await response.json();
  } finally {
    clearTimeout(timer);
  }
}
