// The gate: camera and scanner in, one verdict out, the next person without a touch.

import { watch } from "./gate/camera";
import { clear, show, type Verdict } from "./gate/face";
import { isUnreadable } from "./gate/offline/decide";
import { Offline } from "./gate/offline/kit";
import { handIn, put, takeBack, waiting, type Check } from "./gate/queue";
import { wake } from "./gate/signal";
import { Words } from "./gate/words";
import { ask, Refused } from "./shared/ask";
import { toBase64url } from "./shared/bytes";

const WAIT_MS = 4000;
/** How often a gate without network tries again, and how often one with network fetches what it needs without. */
const TRY_MS = 5000;
const REFRESH_MS = 5 * 60_000;
/** The same text within this time is the same person still holding up the phone. */
const SAME_MS = 8000;

class Gate {
  private last: Verdict | undefined;
  private seen = { text: "", at: -Infinity };
  private asking = false;
  /** Whether the server answered when it was last asked. */
  private reached = true;
  private refreshedAt = -Infinity;
  private readonly words: Words;
  private readonly offline: Offline;

  constructor(private readonly form: HTMLFormElement) {
    this.words = new Words(form);
    const library = () => import(/* @vite-ignore */ this.text("ed25519")) as Promise<typeof import("./ed25519")>;
    this.offline = new Offline(this.text("point"), this.text("checker"), library);
  }

  async start(): Promise<void> {
    this.form.addEventListener("submit", (event) => this.submitted(event));
    document.getElementById("v-next")?.addEventListener("click", () => this.ready());
    document.getElementById("v-wrong")?.addEventListener("click", () => void this.wrong());
    for (const event of ["pointerdown", "keydown"] as const) addEventListener(event, wake, { once: true });
    document.addEventListener("keydown", (event) => this.typedAnywhere(event));
    addEventListener("online", () => void this.meetServer());
    addEventListener("offline", () => void this.lost());
    void this.camera();
    await this.offline.open();
    await this.meetServer();
    setInterval(() => void this.tick(), TRY_MS);
  }

  private get csrf(): string {
    return this.field("csrf");
  }

  private field(name: string): string {
    return String(new FormData(this.form).get(name) ?? "");
  }

  private get wedge(): HTMLInputElement {
    return this.form.elements.namedItem("code") as HTMLInputElement;
  }

  private text(name: string): string {
    return this.form.dataset[name] ?? "";
  }

  private async camera(): Promise<void> {
    const video = document.getElementById("video") as HTMLVideoElement;
    const box = document.getElementById("camera") as HTMLElement;
    try {
      box.hidden = false;
      await watch(video, this.text("reader"), this.text("wasm"), (text) => this.sawText(text));
    } catch {
      box.hidden = true;
      (document.getElementById("camera-note") as HTMLElement).textContent = this.text("cameraDenied");
    }
  }

  private sawText(text: string): void {
    const now = performance.now();
    const same = text === this.seen.text && now - this.seen.at < SAME_MS;
    if (same) this.seen.at = now;
    if (same || this.asking) return;
    this.seen = { text, at: now };
    void this.check(text, false, false);
  }

  private submitted(event: SubmitEvent): void {
    event.preventDefault();
    const pressed = (event.submitter as HTMLButtonElement | null)?.name;
    if (pressed === "repeat") return this.repeat();
    if (pressed === "wrong") return void this.wrong();
    const text = this.wedge.value.trim();
    this.wedge.value = "";
    if (pressed === "emergency") return void this.check(text, true, true);
    if (text) void this.check(text, true, false);
    this.wedge.focus();
  }

  /** A scanner types wherever the focus is: what it types belongs in the field. */
  private typedAnywhere(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (target.matches("input, select, textarea, summary") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key.length === 1 && event.key !== " ") this.wedge.focus();
  }

  private async check(code: string, typed: boolean, emergency: boolean): Promise<void> {
    const check = this.describe(code, typed, emergency);
    this.asking = true;
    try {
      this.last = (await this.asked(check)) ?? (await this.alone(check));
      show(this.last);
      await this.banner();
    } finally {
      this.asking = false;
      this.clearTemperature();
    }
  }

  private describe(code: string, typed: boolean, emergency: boolean): Check {
    const typedTemperature = this.field("temperature").trim().replace(",", ".");
    // A thermometer's reading that cannot be read is no reason to keep forty people waiting.
    const temperature = /^\d{1,3}(\.\d{1,3})?$/.test(typedTemperature) ? typedTemperature : null;
    const point = this.text("point");
    const [direction, purpose] = [this.field("direction"), this.field("purpose")];
    const at = new Date(this.offline.clock.now()).toISOString();
    return { point, code, direction, purpose, temperature, emergency, typed, key: randomKey(), at };
  }

  /** What the server says; nothing when it does not answer. A server that refuses is heard. */
  private async asked(check: Check): Promise<Verdict | undefined> {
    if (!this.reached || !navigator.onLine) return undefined;
    try {
      return await ask<Verdict>("POST", "/api/v1/gate/checks", this.csrf, check, WAIT_MS);
    } catch (error) {
      this.reached = wasHeard(error);
      if (!wasHeard(error)) return undefined;
      if (error.status === 401) location.reload();
      return this.words.refused(error.problem.detail ?? error.problem.title ?? "");
    }
  }

  /** What this gate says without network. It is handed in later, as it was decided here. */
  private async alone(check: Check): Promise<Verdict> {
    const decision = await this.offline.decide(check);
    const verdict = this.words.verdict(decision, check, this.offline.list?.issued);
    const named = isUnreadable(decision) ? { ...check, code: "" } : check;
    if (!named.code && !check.emergency) return verdict;
    const { act, standing } = decision;
    const kept = await put({ check: named, decided: { act, standing } }).then(() => true, () => false);
    return kept ? { ...verdict, key: check.key } : { ...verdict, sentence: `${verdict.sentence}\n${this.words.text("gate-not-kept")}` };
  }

  private repeat(): void {
    if (this.last) show(this.last, this.text("repeated"));
  }

  private async wrong(): Promise<void> {
    const { visit, key } = this.last ?? {};
    if (visit) await ask("POST", `/api/v1/gate/visits/${visit}/wrong`, this.csrf, {}).catch(() => undefined);
    else if (key) await takeBack(key).catch(() => undefined);
    else return;
    this.last = undefined;
    this.ready();
  }

  private ready(): void {
    clear();
    this.wedge.focus();
  }

  private clearTemperature(): void {
    const field = this.form.elements.namedItem("temperature");
    if (field instanceof HTMLInputElement) field.value = "";
  }

  private async tick(): Promise<void> {
    await this.offline.noteTime();
    if (!this.reached || performance.now() - this.refreshedAt > REFRESH_MS) await this.meetServer();
    else await this.banner();
  }

  /** Fetches what is needed without network, and hands in what was decided without. */
  private async meetServer(): Promise<void> {
    try {
      await this.offline.refresh();
      await handIn(this.csrf);
      [this.reached, this.refreshedAt] = [true, performance.now()];
    } catch (error) {
      this.reached = wasHeard(error);
      if (wasHeard(error) && [401, 403].includes(error.status)) {
        await this.offline.forget();
        location.reload();
      }
    }
    await this.banner();
  }

  private async lost(): Promise<void> {
    this.reached = false;
    await this.banner();
  }

  private async banner(): Promise<void> {
    const banner = document.getElementById("offline") as HTMLElement;
    const lines = [this.reached ? "" : await this.offlineLine(), this.clockLine()].filter(Boolean);
    banner.hidden = lines.length === 0;
    if (banner.textContent !== lines.join(" ")) banner.textContent = lines.join(" ");
    const { list } = this.offline;
    const ready = this.reached && list ? this.words.text("gate-ready", { time: this.words.time(list.issued) }) : "";
    (document.getElementById("ready") as HTMLElement).textContent = ready;
  }

  private async offlineLine(): Promise<string> {
    const n = await waiting().catch(() => 0);
    const { list, clock } = this.offline;
    if (!list) return this.words.text("gate-offline-no-list", { n });
    const now = clock.now() / 1000;
    const id = now < list.expires ? "gate-offline" : "gate-offline-old-list";
    return this.words.text(id, { n, time: this.words.time(list.issued), age: Math.floor((now - list.issued) / 60) });
  }

  private clockLine(): string {
    const { off, setBack } = this.offline.clock;
    if (setBack) return this.words.text("gate-clock");
    return off ? this.words.text("gate-clock-off", { n: Math.round(Math.abs(off) / 60_000) }) : "";
  }
}

/** The server refused. No answer is none, and neither is one of whatever stands before a server that is gone. */
function wasHeard(error: unknown): error is Refused {
  return error instanceof Refused && error.status < 500;
}

/** 128 random bits; `randomUUID` would need a secure context. */
function randomKey(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(16)));
}

const form = document.getElementById("scan");
if (form instanceof HTMLFormElement) void new Gate(form).start();
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
