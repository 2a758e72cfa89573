// What a gate without network decides: by signatures and list, then by the policy's rulings, and by a clock it may trust.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";
import { list, paper, phone, published, serverMade, shown } from "./issuer.mjs";

const { toBase45, ringOf, readList, prepare, decide, isUnreadable, Clock, Words } = await load(
  "src/shared/bytes.ts",
  ...["ring", "list", "signature", "decide", "clock"].map((name) => `src/gate/offline/${name}.ts`),
  "src/gate/words.ts",
);
await prepare(() => assert.fail("this Node has Ed25519"));

const LISTED = 1_710_000_000;
const NOW = LISTED + 600;
const [GREEN, REVOKED, YELLOW, RED, EXPIRED, UNKNOWN] = [0, 1, 3, 12, 14, 15];
const STANDINGS = ["green", "yellow", "red", "under-review", "expired", "unknown"];
const ACTS = { green: "pass", yellow: "stop", red: "stop", "under-review": "register", expired: "cannot-tell", unknown: "register" };

/** Rulings as a policy gives them: a fever stops, an emergency passes, going home passes. */
const rulings = STANDINGS.flatMap((standing) =>
  ["none", "home", "emergency"].flatMap((purpose) =>
    [false, true].map((fever) => {
      const act = purpose === "none" ? (fever ? "stop" : ACTS[standing]) : "register";
      return { standing, direction: "in", purpose, fever, act, word: `word ${act}`, "standing-word": `is ${standing}`, sentence: `so ${act}`, "unless-home": act === "stop" };
    }),
  ),
);
const ring = ringOf([published]);
const kitOf = async (token) => ({ ring, rulings, feverAbove: 37.3, list: token && (await readList(token, ring)) });
const LIST = [GREEN, REVOKED, YELLOW, RED, EXPIRED, UNKNOWN, 2, 13];
const kit = await kitOf(await list(LIST, LISTED));

const check = (bytes, more = {}) => {
  const code = typeof bytes === "string" ? bytes : `KM1:${toBase45(bytes)}`;
  return { point: "1", code, direction: "in", purpose: "none", temperature: null, emergency: false, typed: false, key: "k", at: "", ...more };
};
const outcome = ({ act, standing, reason }) => [act, standing, reason];
const holder = await phone();

test("what the list says decides over what an older code says", async () => {
  const older = { standing: GREEN, issued: LISTED - 60, holder };
  for (const [index, ...expected] of [
    [0, "pass", "green", undefined],
    [1, "cannot-tell", "unknown", "revoked"],
    [2, "stop", "yellow", undefined],
    [3, "stop", "red", undefined],
    [4, "cannot-tell", "expired", undefined],
    [5, "register", "unknown", undefined],
    [6, "cannot-tell", "unknown", "not-in-list"],
    [7, "register", "under-review", undefined],
    [8, "cannot-tell", "unknown", "not-in-list"],
  ])
    assert.deepEqual(outcome(await decide(kit, check(await shown({ ...older, index }, NOW)), NOW)), expected, `index ${index}`);
});

test("a code that is newer than the list says itself how it stood, whoever had its place before", async () => {
  for (const issued of [LISTED, NOW - 60]) {
    assert.deepEqual(outcome(await decide(kit, check(await shown({ standing: GREEN, issued, index: 3, holder }, NOW)), NOW)), ["pass", "green", undefined]);
    assert.deepEqual(outcome(await decide(kit, check(await shown({ standing: RED, issued, index: 0, holder }, NOW)), NOW)), ["stop", "red", undefined]);
  }
});

test("a code of the server's and one on paper are read, and paper says nothing by itself", async () => {
  assert.deepEqual(outcome(await decide(kit, check(await serverMade({ standing: YELLOW, issued: NOW - 60, index: 0 })), NOW)), ["stop", "yellow", undefined]);
  assert.deepEqual(outcome(await decide(kit, check(await paper({ issued: LISTED - 60, index: 0 })), NOW)), ["pass", "green", undefined]);
  assert.deepEqual(outcome(await decide(kit, check(await paper({ issued: LISTED - 60, index: 3 })), NOW)), ["stop", "red", undefined]);
  assert.deepEqual(outcome(await decide(kit, check(await paper({ issued: LISTED, index: 0 })), NOW)), ["cannot-tell", "unknown", "newer-than-list"]);
});

test("a phone with a P-256 key passes as one with Ed25519, and neither with another's signature", async () => {
  const [p256, other] = [await phone("ES256"), await phone("ES256")];
  const code = { standing: GREEN, issued: NOW - 60, index: 0 };
  assert.deepEqual(outcome(await decide(kit, check(await shown({ ...code, holder: p256 }, NOW)), NOW)), ["pass", "green", undefined]);
  for (const thief of [{ ...p256, sign: other.sign }, { ...p256, alg: -8 }, { ...holder, sign: other.sign }])
    assert.equal((await decide(kit, check(await shown({ ...code, holder: thief }, NOW)), NOW)).reason, "forged-presentation");
});

test("a key under which anybody can sign is no holder's key", async () => {
  const identity = new Uint8Array(32).fill(1, 0, 1);
  const anybody = { key: new Map([[1, 1], [-1, 6], [-2, identity]]), alg: -8, sign: async () => new Uint8Array(64).fill(1, 0, 1) };
  const code = await shown({ standing: GREEN, issued: NOW - 60, index: 0, holder: anybody }, NOW);
  assert.equal((await decide(kit, check(code), NOW)).reason, "forged-presentation");
});

test("what an issuer should never have signed is malformed all the same", async () => {
  const code = { standing: GREEN, issued: NOW - 60, index: 0, holder };
  const P256 = (await phone("ES256")).key;
  const wrong = [
    { life: 86_401 }, { life: 0 }, { standing: REVOKED }, { standing: 2 }, { index: -1 }, { index: "0" }, { kind: 3 }, { kind: 2 }, { holder: undefined },
    { health: [[3, ""]] }, { health: [[3, "x".repeat(33)]] }, { health: [[4, "12\n"]] }, { health: [[6, -1]] }, { health: [[7, new Uint8Array(7)]] },
    { claims: [[7, new Uint8Array(15)]] }, { claims: [[1, 5]] }, { claims: [[-260, new Map()]] }, { claims: [[6, "now"]] },
    { claims: [[8, new Map([[1, new Map([[1, 1], [-1, 6], [-2, new Uint8Array(31)]])]])]] },
    { claims: [[8, new Map([[1, new Map([...P256, [-3, new Uint8Array(32)]])]])]] },
  ];
  for (const change of wrong) {
    const made = { kind: 0, ...code, ...change };
    const bytes = made.holder ? await shown(made, NOW) : await serverMade(made);
    assert.equal((await decide(kit, check(bytes), NOW)).reason, "malformed-code", JSON.stringify(change));
  }
  assert.equal((await decide(kit, check(await serverMade({ ...code, holder: undefined, health: [[9, "new"]], claims: [[99, [1, true]]] })), NOW)).act, "pass", "what is not known is left alone");
});

test("a screenshot, an old code and a wrong clock are told apart, and none is a colour", async () => {
  const code = { standing: GREEN, issued: NOW - 900, index: 0, holder };
  for (const [at, reason] of [[NOW - 91, "stale-presentation"], [NOW + 91, "wrong-clock"]])
    assert.deepEqual(outcome(await decide(kit, check(await shown(code, at)), NOW)), ["cannot-tell", "unknown", reason]);
  assert.equal((await decide(kit, check(await shown({ ...code, issued: NOW - 1800 }, NOW)), NOW)).reason, "expired-code");
});

test("without a list that holds nothing passes, however good the code", async () => {
  const good = check(await shown({ standing: GREEN, issued: LISTED - 60, index: 0, holder }, NOW));
  const bytes = await list(LIST, LISTED);
  for (const [kit, now, reason] of [
    [undefined, NOW, "no-list"],
    [await kitOf(undefined), NOW, "list-unreadable"],
    [await kitOf(await list(LIST, LISTED, 600)), NOW, "list-too-old"],
    [await kitOf(await list(LIST, NOW + 91)), NOW, "gate-clock"],
    [{ ...(await kitOf(bytes)), ring: new Map() }, NOW, "unknown-issuer"],
    [{ ...(await kitOf(bytes)), rulings: [] }, NOW, "no-list"],
    [await kitOf(bytes), undefined, "gate-clock"],
  ])
    assert.deepEqual(outcome(await decide(kit, good, now)), ["cannot-tell", "unknown", reason]);
  assert.deepEqual(outcome(await decide(await kitOf(await list(LIST, LISTED, 601)), good, NOW)), ["pass", "green", undefined]);
  await assert.rejects(readList(await list(LIST, LISTED, 600, [[65_533, new Map([["bits", 3], ["lst", new Uint8Array(1)]])]]), ring));
  await assert.rejects(readList(await list(LIST, LISTED, 600, [[65_533, new Map([["bits", 4], ["lst", new Uint8Array(9)]])]]), ring));
});

test("a fever, an errand and an emergency are ruled as the policy rules them", async () => {
  const green = await shown({ standing: GREEN, issued: LISTED - 60, index: 0, holder }, NOW);
  const red = await shown({ standing: GREEN, issued: LISTED - 60, index: 3, holder }, NOW);
  for (const [bytes, more, act] of [
    [green, { temperature: "37.3" }, "pass"],
    [green, { temperature: "37.4" }, "stop"],
    [red, { purpose: "home" }, "register"],
    [red, { purpose: "" }, "stop"],
    [red, { purpose: "unheard-of" }, "cannot-tell"],
    [red, { emergency: true }, "register"],
    ["", { emergency: true }, "pass"],
    ["KM1:NONSENSE", { emergency: true }, "pass"],
  ])
    assert.equal((await decide(kit, check(bytes, more), NOW)).act, act, JSON.stringify(more));
});

test("only what nobody can ever read is no visit", async () => {
  const stale = await shown({ standing: GREEN, issued: NOW - 900, index: 0, holder }, NOW - 600);
  for (const [code, unreadable] of [["HC1:6BF", true], ["KM1:NONSENSE", true], [stale, false]])
    assert.equal(isUnreadable(await decide(undefined, check(code), NOW)), unreadable);
});

/** A clock on a device whose own clock and stopwatch are put by hand, in minutes. */
function handClock() {
  const hands = { device: 0, ticks: 0 };
  const clock = new Clock(() => hands.device * 60_000, () => hands.ticks * 60_000);
  return { hands, clock, now: () => clock.now() / 60_000 };
}
const minutes = (server, device) => ({ server: server * 60_000, device: device * 60_000 });

test("a clock that is off is corrected by the server's, and that is said", () => {
  const { hands, clock, now } = handClock();
  hands.device = 1000;
  clock.hear(minutes(1060, 1000));
  assert.deepEqual([now(), clock.off, clock.setBack, clock.jumped], [1060, -60 * 60_000, false, false]);
  Object.assign(hands, { device: 1005, ticks: 5 });
  assert.deepEqual([now(), clock.setBack, clock.jumped], [1065, false, false]);
  clock.hear(minutes(1005, 1004));
  assert.equal(clock.off, 0, "a minute does not matter");
});

test("a clock that is set back is noticed on the page that heard the server, and on the next", () => {
  const { hands, clock, now } = handClock();
  hands.device = 1000;
  clock.hear(minutes(1000, 1000));
  Object.assign(hands, { device: 970, ticks: 10 });
  assert.deepEqual([clock.setBack, now()], [true, 1010]);

  const next = handClock();
  next.hands.device = 1007;
  next.clock.recall(minutes(1000, 1000), 1010 * 60_000);
  assert.deepEqual([next.clock.setBack, next.now()], [true, 1010]);
  next.hands.device = 1011;
  assert.deepEqual([next.clock.setBack, next.now()], [false, 1011]);
});

test("a clock that is set forward, or a device that slept, is noticed", () => {
  const { hands, clock } = handClock();
  clock.hear(minutes(1000, 0));
  Object.assign(hands, { device: 60, ticks: 10 });
  assert.deepEqual([clock.jumped, clock.setBack], [true, false]);
});

test("a gate says its verdict, why, and by which list it was decided", async () => {
  const texts = {
    "gate-alone": "alone", "gate-alone-by-list": "by the list of {time}", "gate-last-digits": "ends in {digits}", "gate-unless-home": "Home?",
    "gate-emergency-uncoded": "No code.", "gate-emergency-done": "Let pass.", "assurance-device": "fresh", "assurance-typed": "typed",
    "gate-cannot-tell": "Cannot tell", "gate-pass": "Pass", "standing-unknown": "unclear", "stale-presentation": "A screenshot.",
  };
  const words = new Words({ dataset: { words: JSON.stringify(texts), zone: "Asia/Shanghai" } });
  const said = async (bytes, more, at) => {
    const asked = check(bytes, more);
    return words.verdict(await decide(kit, asked, NOW), asked, at);
  };
  const red = await said(await shown({ standing: RED, issued: NOW - 60, index: 0, holder }, NOW), { typed: true }, LISTED);
  assert.deepEqual([red.word, red["standing-word"], red.sentence], ["word stop", "is red", "so stop\nHome?"]);
  assert.deepEqual([red.name, red.document, red.assurance], ["李**", "ends in 123X", "fresh · typed"]);
  assert.equal(red.alone, "by the list of 00:00", "in the city's time");
  const old = await said(await shown({ standing: GREEN, issued: NOW - 900, index: 0, holder }, NOW - 600));
  assert.deepEqual([old.act, old.word, old["standing-word"], old.sentence, old.name, old.alone], ["cannot-tell", "Cannot tell", "unclear", "A screenshot.", "", "alone"]);
  const carried = await said("", { emergency: true }, LISTED);
  assert.deepEqual([carried.act, carried.word, carried.sentence], ["pass", "Pass", "No code."]);
});
