// What a gate without network says: the words come from its page, which the server wrote in the checker's language.

import type { Verdict } from "./face";
import type { Decision } from "./offline/decide";
import type { Check } from "./queue";
import type { Act } from "./signal";

export class Words {
  private readonly texts: Record<string, string>;
  private readonly clock: Intl.DateTimeFormat;

  constructor({ dataset }: HTMLElement) {
    this.texts = JSON.parse(dataset.words ?? "{}") as Record<string, string>;
    const hours = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    this.clock = new Intl.DateTimeFormat("en-GB", { ...hours, timeZone: dataset.zone ?? "UTC" });
  }

  /** A text with its places filled. */
  text(id: string, places: Record<string, string | number> = {}): string {
    return (this.texts[id] ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String(places[name] ?? ""));
  }

  /** Seconds since 1970 as hour and minute of the city. */
  time(seconds: number): string {
    return this.clock.format(seconds * 1000);
  }

  /** The verdict of a gate that decided by a list of that time, in seconds since 1970. */
  verdict({ act, standing, claims, ruling, reason }: Decision, check: Check, list: number | undefined): Verdict {
    const why = reason && this.text(check.emergency ? "gate-emergency-uncoded" : reason);
    const done = ruling && check.emergency && this.text("gate-emergency-done");
    const home = ruling?.["unless-home"] && this.text("gate-unless-home");
    const proven = [claims && this.text(`assurance-${claims.kind}`), check.typed && this.text("assurance-typed")];
    return {
      ...this.said(act, standing, [why, done, ruling?.sentence, home]),
      ...(ruling ? { word: ruling.word, "standing-word": ruling["standing-word"] } : {}),
      name: claims?.name ?? "",
      document: claims ? this.text("gate-last-digits", { digits: claims.last }) : "",
      assurance: proven.filter(Boolean).join(" · "),
      alone: list === undefined ? this.text("gate-alone") : this.text("gate-alone-by-list", { time: this.time(list) }),
    };
  }

  /** The server refused, and says why. */
  refused(sentence: string): Verdict {
    return this.said("cannot-tell", "unknown", [sentence]);
  }

  private said(act: Act, standing: string, sentences: (string | false | undefined)[]): Verdict {
    const sentence = sentences.filter(Boolean).join("\n");
    const [word, standingWord] = [this.text(`gate-${act}`), this.text("standing-unknown")];
    return { visit: null, act, standing, word, "standing-word": standingWord, sentence, name: "", document: "", assurance: "" };
  }
}
