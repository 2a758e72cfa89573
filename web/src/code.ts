// The resident's code: bound to this device, new every twenty seconds, shown without network until it ends.

import { enrol, isGone, kept, sign, type DeviceKey } from "./code/key";
import { present, type Template } from "./code/present";
import { draw } from "./code/symbol";
import { ask, Refused } from "./shared/ask";
import { keep, read } from "./shared/drawer";

const RENEW_SECONDS = 20;

/** What the server answers to "a code, please"; without a key it makes the whole code itself. */
interface Issued {
  standing: string;
  /** RFC 3339. */
  now: string;
  "expires-at": string;
  template?: Template;
  text?: string;
}

interface Kept {
  standing: string;
  template?: Template;
  text?: string;
  /** Milliseconds since 1970. */
  issued: number;
  expires: number;
  /** Server time less this device's time, in milliseconds. */
  ahead: number;
}

function keepable({ standing, now, "expires-at": end, template, text }: Issued, received: number): Kept {
  const [issued, expires] = [Date.parse(now), Date.parse(end)];
  return { standing, issued, expires, ahead: issued - received, ...(template ? { template } : {}), ...(text ? { text } : {}) };
}

class Card {
  private code: Kept | undefined;
  private key: DeviceKey | undefined;
  private drawnAt = -Infinity;
  private triedAt = -Infinity;
  private busy = false;

  constructor(private readonly card: HTMLElement) {}

  async start(): Promise<void> {
    this.code = await read<Kept>("codes", this.person).catch(() => undefined);
    this.key = await kept(this.person).catch(() => undefined);
    await this.refresh();
    setInterval(() => void this.tick(), 1000);
    document.addEventListener("visibilitychange", () => document.hidden || void this.tick());
    addEventListener("online", () => void this.refresh());
    await this.tick();
  }

  private get person(): string {
    return this.card.dataset.person ?? "";
  }

  private get csrf(): string {
    return this.card.dataset.csrf ?? "";
  }

  private now(): number {
    return Date.now() + (this.code?.ahead ?? 0);
  }

  /** A new code from the server: at the start, before the old one ends, and when the network is back. */
  private async refresh(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.triedAt = Date.now();
    try {
      const asked = Date.now();
      const issued = await this.issue();
      this.code = keepable(issued, (asked + Date.now()) / 2);
      this.drawnAt = -Infinity;
      await keep("codes", this.person, this.code).catch(() => undefined);
      this.offline(false);
      // What the page says and what the code says are one thing: a new standing is a new page.
      if (issued.standing !== this.card.dataset.standing) location.reload();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) location.reload();
      else this.offline(true);
    } finally {
      this.busy = false;
    }
  }

  private async issue(): Promise<Issued> {
    const path = `/api/v1/persons/${this.person}/codes`;
    if (!globalThis.crypto?.subtle) return ask("POST", path, this.csrf, {});
    this.key ??= await enrol(this.person, this.csrf);
    try {
      return await ask("POST", path, this.csrf, { key: this.key.id });
    } catch (error) {
      if (!isGone(error)) throw error;
      this.key = await enrol(this.person, this.csrf);
      return ask("POST", path, this.csrf, { key: this.key.id });
    }
  }

  private async tick(): Promise<void> {
    const code = this.code;
    if (!code) return;
    const left = code.expires - this.now();
    if (left <= 0) this.ended();
    else await this.show(code);
    const life = code.expires - code.issued;
    const due = left < life / 2 && Date.now() - this.triedAt > Math.min(30_000, life / 8);
    if (due && !document.hidden) await this.refresh();
  }

  private async show(code: Kept): Promise<void> {
    const since = (this.now() - this.drawnAt) / 1000;
    if (since < RENEW_SECONDS && since >= 0) return this.note(RENEW_SECONDS - since);
    const text = await this.text(code);
    if (!text) return;
    draw(text, this.part("qr"));
    this.drawnAt = this.now();
    this.note(RENEW_SECONDS);
  }

  private async text(code: Kept): Promise<string | undefined> {
    if (code.text) return code.text;
    const { key } = this;
    if (!code.template || !key) return undefined;
    return present(code.template, Math.floor(this.now() / 1000), (bytes) => sign(key, bytes));
  }

  private note(seconds: number): void {
    const text = this.code?.text ? this.card.dataset.noteServer : this.card.dataset.noteDevice;
    this.part("qr-note").textContent = (text ?? "").replace("{n}", String(Math.max(1, Math.ceil(seconds))));
  }

  /** No code and no colour outlives its time, whatever the page said when it was loaded. */
  private ended(): void {
    this.card.className = "card is-grey";
    this.part("shape").setAttribute("href", "#shape-unknown");
    for (const [id, text] of [["word", this.card.dataset.unknown], ["until", ""], ["now", this.card.dataset.ended], ["qr-note", ""]] as const)
      this.part(id).textContent = text ?? "";
    this.part("spoken").textContent = `${this.card.dataset.unknown}. ${this.card.dataset.ended}`;
    this.part("qr").replaceChildren();
  }

  private offline(is: boolean): void {
    const note = this.part("offline");
    note.hidden = !is;
    note.textContent = is ? (this.card.dataset.offline ?? "") : "";
  }

  private part(id: string): HTMLElement {
    return document.getElementById(id) as HTMLElement;
  }
}

const card = document.getElementById("card");
if (card?.dataset.standing && card.dataset.standing !== "undeclared") void new Card(card).start();
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
