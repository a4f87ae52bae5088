/** What is done about each option of ssh(1). */
import type { SettingName } from "./settings-of-connection.ts";

export type Treatment =
  | { kind: "use"; setting: SettingName }
  /** Kept, to be shown: it says what the person wants to reach on the instance. */
  | { kind: "hint" }
  /** Of no use to us, or ours to decide: left out, with a note. */
  | { kind: "drop"; because: string }
  /** It could run something, or read or write other files on this machine. */
  | { kind: "refuse"; because: string };

interface OptionRule {
  /** Whether a value follows (getopt's colon). */
  takes: boolean;
  treatment: Treatment;
}

const use = (setting: SettingName): Treatment => ({ kind: "use", setting });
const HINT: Treatment = { kind: "hint" };
const drop = (because: string): Treatment => ({ kind: "drop", because });
const refuse = (because: string): Treatment => ({ kind: "refuse", because });

const NO_SESSION = drop("sessions are opened as commands need them");
const NO_TERMINAL = drop("commands run without a terminal");
const NO_AGENT = drop("the agent and its keys stay on this machine");
const NO_WINDOWS = drop("windows are not forwarded");
const NO_WORDS = drop("how much ssh says is not for the connection string to choose");
const NO_FORWARD = drop("ports are not forwarded");
const OFF_ANYHOW = drop("it is switched off anyway");
const UNSUPPORTED = refuse("it is not supported");

/** ssh(1), OpenSSH 9.2: every letter of its `getopt` string but `-o`. */
const OPTIONS: Readonly<Record<string, OptionRule>> = {
  p: { takes: true, treatment: use("port") },
  l: { takes: true, treatment: use("user") },
  i: { takes: true, treatment: use("identityFile") },
  J: { takes: true, treatment: use("jumps") },
  "4": { takes: false, treatment: use("inet") },
  "6": { takes: false, treatment: use("inet6") },
  C: { takes: false, treatment: use("compression") },
  L: { takes: true, treatment: HINT },
  N: { takes: false, treatment: NO_SESSION },
  f: { takes: false, treatment: NO_SESSION },
  n: { takes: false, treatment: NO_SESSION },
  t: { takes: false, treatment: NO_TERMINAL },
  T: { takes: false, treatment: NO_TERMINAL },
  v: { takes: false, treatment: NO_WORDS },
  q: { takes: false, treatment: NO_WORDS },
  y: { takes: false, treatment: NO_WORDS },
  A: { takes: false, treatment: NO_AGENT },
  X: { takes: false, treatment: NO_WINDOWS },
  Y: { takes: false, treatment: NO_WINDOWS },
  D: { takes: true, treatment: NO_FORWARD },
  R: { takes: true, treatment: NO_FORWARD },
  g: { takes: false, treatment: NO_FORWARD },
  K: { takes: false, treatment: drop("credentials are not forwarded") },
  a: { takes: false, treatment: OFF_ANYHOW },
  k: { takes: false, treatment: OFF_ANYHOW },
  x: { takes: false, treatment: OFF_ANYHOW },
  F: { takes: true, treatment: refuse("a configuration file can run programs on this machine") },
  E: { takes: true, treatment: refuse("it writes to a file on this machine") },
  I: { takes: true, treatment: refuse("it loads a library on this machine") },
  S: { takes: true, treatment: refuse("it takes over connections of other programs") },
  O: { takes: true, treatment: refuse("it controls connections of other programs") },
  w: { takes: true, treatment: refuse("it opens a tunnel device on this machine") },
  W: { takes: true, treatment: refuse("it makes the connection a mere pipe to another host") },
  s: { takes: false, treatment: refuse("it asks for a subsystem, commands need a shell") },
  "1": { takes: false, treatment: UNSUPPORTED },
  "2": { takes: false, treatment: UNSUPPORTED },
  B: { takes: true, treatment: UNSUPPORTED },
  b: { takes: true, treatment: UNSUPPORTED },
  c: { takes: true, treatment: UNSUPPORTED },
  e: { takes: true, treatment: UNSUPPORTED },
  G: { takes: false, treatment: UNSUPPORTED },
  M: { takes: false, treatment: UNSUPPORTED },
  m: { takes: true, treatment: UNSUPPORTED },
  P: { takes: true, treatment: UNSUPPORTED },
  Q: { takes: true, treatment: UNSUPPORTED },
  V: { takes: false, treatment: UNSUPPORTED },
};

export function ruleOf(letter: string): OptionRule | null {
  return Object.hasOwn(OPTIONS, letter) ? (OPTIONS[letter] ?? null) : null;
}

/** ssh_config(5) keywords that are used after `-o`, in lower case. */
const KEYWORDS: Readonly<Record<string, SettingName>> = {
  port: "port",
  user: "user",
  hostname: "hostName",
  identityfile: "identityFile",
  proxyjump: "jumps",
  addressfamily: "addressFamily",
};

/** Host keys are ours to know: from what a person accepted, not from what a connection string says. */
const OUR_OWN: ReadonlySet<string> = new Set(["stricthostkeychecking", "userknownhostsfile"]);

/** @param keyword of ssh_config, in any case: ssh does not mind */
export function treatmentOfKeyword(keyword: string): Treatment {
  const name = keyword.toLowerCase();
  const setting = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
  if (setting !== undefined) return use(setting);
  if (OUR_OWN.has(name)) return drop("which host keys are trusted is asked and kept here");
  return refuse("only settings that say where the instance is are taken; others could run programs here");
}
