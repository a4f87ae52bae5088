/**
 * The standing connection to one instance, which all its sessions share (ssh_config, ControlMaster).
 *
 * It is held by a process of ours with a session of its own that waits for its input to end: if we are killed,
 * the pipe closes and the connection goes, once what runs in it has noticed, too.
 */
import { rm } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import type { NoAnswer } from "../../job/run-contract.ts";
import { hostAndPort } from "../connection/connection.ts";
import { askHostKey } from "../host-keys/ask-host-key.ts";
import { FrameReader } from "../talk/frames.ts";
import { sayScript } from "../talk/script.ts";
import { wrapScript } from "../shell.ts";
import { explainTrouble, isKeyTrouble } from "./classify-trouble.ts";
import { findTrouble, nameOf } from "./explain-client.ts";
import { startClient, targetOf } from "./ssh-client.ts";
import type { SshClient } from "./ssh-client.ts";
import { OPENING_LIMIT_MS } from "./ssh-settings.ts";
import type { SshHost, SshSettings } from "./ssh-settings.ts";
import { prepareConfig } from "./write-config.ts";

export type LinkOutcome = { kind: "up" } | NoAnswer;

export class SshLink {
  readonly configPath: string;
  readonly controlPath: string;
  readonly #settings: SshSettings;
  readonly #host: SshHost;
  readonly #shell: string;
  readonly #closing = new AbortController();
  #master: SshClient | null = null;
  /** The connection before this one ended without our wish. */
  #wasLost = false;
  #opening: Promise<LinkOutcome> | null = null;

  constructor(settings: SshSettings, host: SshHost, shell: string) {
    // Not of the host's id: the connection before this one may still be closing.
    const name = randomBytes(6).toString("hex");
    this.configPath = join(settings.folder, `${name}.conf`);
    this.controlPath = join(settings.folder, `${name}.sock`);
    this.#settings = settings;
    this.#host = host;
    this.#shell = shell;
  }

  /** Connects, if need be. However many ask at once, it is done once. */
  async up(signal: AbortSignal): Promise<LinkOutcome> {
    if (signal.aborted || this.#closing.signal.aborted) return { kind: "stopped" };
    if (this.#master !== null) return { kind: "up" };
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return raceAbort(this.#opening, signal);
  }

  /** Gives up a connection that seems to be dead. The next one who asks gets a new one. */
  doubt(): void {
    this.#wasLost ||= this.#master !== null;
    this.drop();
  }

  /** Closes the connection; the next one who asks gets a new one. */
  drop(): void {
    this.#master?.process.stop();
    this.#master = null;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#opening?.catch(() => {});
    const master = this.#master;
    this.drop();
    await master?.process.ended;
    await rm(this.configPath, { force: true });
  }

  /** Why sessions of this connection end before they should: what the holder of it said, if it has ended. */
  async explain(client: SshClient, heard: string): Promise<Failure> {
    const holder = this.#master;
    const { connection } = this.#host;
    const found = await findTrouble(client, connection, heard, true);
    const lost = explainTrouble("link_lost", nameOf(connection), "");
    if (found.kind === "trouble") {
      if (!isKeyTrouble(found.trouble)) return found.failure;
      // A session that finds no connection to share makes one of its own (ssh_config, ControlMaster). What it meets
      // there is a question for a person, which the next connection to stand asks.
      if (this.#master === holder) this.doubt();
      return lost;
    }
    // It ends a moment before or after its sessions do.
    const gone = holder === null || (await endsSoon(holder));
    return gone ? lost : found.failure;
  }

  async #open(): Promise<LinkOutcome> {
    const { openings } = this.#settings;
    const jump = this.#host.connection.jumps[0];
    const signal = this.#closing.signal;
    const through =
      jump === undefined ? null : await openings.through(hostAndPort(jump.host, jump.port)).take(signal);
    const turn = await openings.all.take(signal);
    try {
      return turn === null ? { kind: "stopped" } : await this.#connect();
    } finally {
      turn?.();
      through?.();
    }
  }

  async #connect(): Promise<LinkOutcome> {
    await this.#settings.refreshKeys();
    await prepareConfig(this.#settings, this.configPath);
    await rm(this.controlPath, { force: true });
    const options = ["ControlMaster=yes", `ControlPath=${this.controlPath.replaceAll("%", "%%")}`];
    const target = targetOf(this.#host);
    const client = startClient(this.#settings, this.configPath, target, options, `exec ${this.#shell}`);
    const stop = (): void => client.process.stop();
    this.#closing.signal.addEventListener("abort", stop, { once: true });
    const limit = OPENING_LIMIT_MS * (1 + this.#host.connection.jumps.length);
    const timer = setTimeout(stop, limit);
    try {
      const { answered, heard } = await waitForShell(client);
      if (answered) return this.#keep(client);
      // It ends by itself, or by the timer: which of them is part of the explanation.
      await client.process.ended;
      if (this.#closing.signal.aborted) return { kind: "stopped" };
      return await this.#explainOpening(client, heard);
    } finally {
      clearTimeout(timer);
      this.#closing.signal.removeEventListener("abort", stop);
    }
  }

  #keep(client: SshClient): LinkOutcome {
    this.#master = client;
    this.#settings.linkUp(this.#wasLost);
    this.#wasLost = false;
    void client.process.ended.then(() => {
      if (this.#master !== client) return;
      this.#master = null;
      this.#wasLost = true;
    });
    return { kind: "up" };
  }

  async #explainOpening(client: SshClient, heard: string): Promise<LinkOutcome> {
    const { connection } = this.#host;
    const found = await findTrouble(client, connection, heard, false);
    if (found.kind === "trouble" && isKeyTrouble(found.trouble)) {
      const asked = await askHostKey(this.#settings, this.configPath, this.#host, this.#closing.signal);
      if (asked.kind !== "known") return asked;
      const message = `The host key of ${nameOf(connection)} was accepted just now.`;
      return { kind: "failed", failure: failure("connection_failed", message) };
    }
    return { kind: "failed", failure: found.failure };
  }
}

/** Its first answer proves that there is a shell that runs what we send; then it waits for its input to end. */
async function waitForShell(client: SshClient): Promise<{ answered: boolean; heard: string }> {
  // The other side waits for its input to end, and so does the connection.
  const script = sayScript("up", "exec cat >/dev/null");
  const reader = new FrameReader(script.nonce);
  client.process.stdin.write(wrapScript(script.text));
  for await (const chunk of readUnclosed(client.process.output)) {
    reader.push(chunk);
    if (reader.began) return { answered: true, heard: "" };
  }
  reader.finish();
  return { answered: false, heard: reader.heard };
}

/** `for await` closes what it leaves, and with it the pipe the process writes to. */
async function* readUnclosed(output: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = output[Symbol.asyncIterator]();
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}

/** Milliseconds in which the holder of a connection follows its sessions, if the connection is what broke. */
const FOLLOWS_WITHIN_MS = 1000;

async function endsSoon(client: SshClient): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const later = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), FOLLOWS_WITHIN_MS);
  });
  try {
    return await Promise.race([client.process.ended.then(() => true), later]);
  } finally {
    clearTimeout(timer);
  }
}

function raceAbort(promise: Promise<LinkOutcome>, signal: AbortSignal): Promise<LinkOutcome> {
  return new Promise((resolve, reject) => {
    const leave = (): void => resolve({ kind: "stopped" });
    signal.addEventListener("abort", leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
