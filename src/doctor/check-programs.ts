/** The programs of this machine that are used, if they are there. */
import { execFile } from "node:child_process";
import type { Finding } from "../job/finding.ts";

interface Program {
  name: string;
  /** Makes it say its version. */
  ask: readonly string[];
  /** What does not work without it. */
  purpose: string;
  /** How to get it on Debian; for others the name says enough. */
  install: string;
}

/** A program that says nothing for so long hangs. */
const TIMEOUT_MS = 10_000;
/** Longer versions are not versions. */
const MAX_VERSION_LENGTH = 80;

const PROGRAMS: readonly Program[] = [
  {
    name: "ssh",
    ask: ["-V"],
    purpose: "instances are reached with it",
    install: "apt-get install openssh-client",
  },
  {
    name: "ssh-keygen",
    // It has no option that asks for its version.
    ask: ["-F", "haulyard.invalid", "-f", "/dev/null"],
    purpose: "host keys are looked up with it",
    install: "apt-get install openssh-client",
  },
  {
    name: "gpgv",
    ask: ["--version"],
    purpose: "signed lists of hashes are checked with it",
    install: "apt-get install gpgv",
  },
  { name: "wget", ask: ["--version"], purpose: usedByCards("wget"), install: "apt-get install wget" },
  { name: "curl", ask: ["--version"], purpose: usedByCards("curl"), install: "apt-get install curl" },
  { name: "aria2c", ask: ["--version"], purpose: usedByCards("aria2c"), install: "apt-get install aria2" },
  { name: "git", ask: ["--version"], purpose: usedByCards("git"), install: "apt-get install git git-lfs" },
  { name: "hf", ask: ["version"], purpose: usedByCards("hf"), install: "pip install -U huggingface_hub" },
  { name: "civitdl", ask: ["--version"], purpose: usedByCards("civitdl"), install: "pip install civitdl" },
];

/** @param path the search path commands of this machine have, its folders separated by colons */
export function checkPrograms(path: string, signal: AbortSignal): Promise<Finding[]> {
  return Promise.all(PROGRAMS.map((program) => check(program, path, signal)));
}

function usedByCards(name: string): string {
  return `cards that use ${name} run with it on this machine`;
}

async function check(program: Program, path: string, signal: AbortSignal): Promise<Finding> {
  const { name, purpose, install } = program;
  const answer = await ask(program, path, signal);
  switch (answer.kind) {
    case "there":
      return found(name, "ok", answer.version === null ? `${name} is there` : `${name}: ${answer.version}`);
    case "missing":
      return found(name, "hint", `${name} is not there; ${purpose}`, `If you need that: ${install}`);
    case "broken":
      return found(
        name,
        "hint",
        `${name} is there, but does not start (${answer.why}); ${purpose}`,
        `Install it anew: ${install}`,
      );
    default:
      throw answer satisfies never;
  }
}

type Answer =
  | { kind: "there"; version: string | null }
  | { kind: "missing" }
  | { kind: "broken"; why: string };

function ask({ name, ask: args }: Program, path: string, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { env: { PATH: path, LC_ALL: "C", HOME: "/nonexistent" }, timeout: TIMEOUT_MS, signal };
    execFile(name, [...args], options, (error, stdout, stderr) => {
      const code = error === null ? null : (error as NodeJS.ErrnoException).code;
      if (code === "ENOENT") resolve({ kind: "missing" });
      else if (code === "EACCES") resolve({ kind: "broken", why: "this user may not start it" });
      else if (error !== null && error.killed === true) resolve({ kind: "broken", why: "it does not end" });
      else resolve({ kind: "there", version: versionIn(`${stdout}\n${stderr}`) });
    });
  });
}

/** The first words with a number that has a dot: `curl 7.88.1` of a line that tells all it was built with. */
function versionIn(text: string): string | null {
  const line = text.split("\n").find((each) => /\d\.\d/.test(each));
  const words = line?.split(/ (?=\(x86|\(aarch|built on)|, /).find((each) => /\d\.\d/.test(each));
  return words === undefined ? null : words.trim().slice(0, MAX_VERSION_LENGTH);
}

function found(
  name: string,
  state: Finding["state"],
  message: string,
  advice: string | null = null,
): Finding {
  return { area: "programs", name, state, message, advice };
}
