/** The shell of an instance: sessions over one standing connection. */
import type { NoAnswer } from "../../job/run-contract.ts";
import type { Session, SessionLength, Shell } from "../shell.ts";
import { wrapScript } from "../shell.ts";
import { startInTurn } from "../start-in-turn.ts";
import { Turns } from "../take-turns.ts";
import { startClient, targetOf } from "./ssh-client.ts";
import type { SshClient, Target } from "./ssh-client.ts";
import { SshLink } from "./ssh-link.ts";
import { IDLE_LIMIT_MS, MAX_BRIEF_SESSIONS } from "./ssh-settings.ts";
import type { SshHost, SshSettings } from "./ssh-settings.ts";

export interface SshShellOptions {
  /** Words that start a POSIX shell there. */
  sh?: string;
  idleLimitMs?: number;
}

export function createSshShell(
  settings: SshSettings,
  host: SshHost,
  { sh = "/bin/sh", idleLimitMs = IDLE_LIMIT_MS }: SshShellOptions = {},
): Shell {
  return new SshShell(settings, host, sh, idleLimitMs);
}

class SshShell implements Shell {
  readonly sh: string;
  readonly #settings: SshSettings;
  readonly #target: Target;
  readonly #link: SshLink;
  readonly #idleLimitMs: number;
  readonly #turns = new Turns(MAX_BRIEF_SESSIONS);
  readonly #sessions = new Set<SshClient>();
  #idle: NodeJS.Timeout | null = null;

  constructor(settings: SshSettings, host: SshHost, sh: string, idleLimitMs: number) {
    this.sh = sh;
    this.#settings = settings;
    this.#target = targetOf(host);
    this.#idleLimitMs = idleLimitMs;
    this.#link = new SshLink(settings, host, sh);
  }

  async open(
    script: string,
    length: SessionLength,
    signal: AbortSignal,
  ): Promise<{ kind: "open"; session: Session } | NoAnswer> {
    const turn = length === "lasting" ? () => {} : await this.#turns.take(signal);
    if (turn === null) return { kind: "stopped" };
    this.#stayUp();
    await startInTurn();
    const link = await this.#link.up(signal);
    if (link.kind !== "up" || signal.aborted) {
      turn();
      return link.kind === "up" ? { kind: "stopped" } : link;
    }
    const options = ["ControlMaster=no", `ControlPath=${this.#link.controlPath.replaceAll("%", "%%")}`];
    const client = startClient(
      this.#settings,
      this.#link.configPath,
      this.#target,
      options,
      `exec ${this.sh}`,
    );
    this.#sessions.add(client);
    // The last other one may have ended while this one waited for its turn.
    this.#stayUp();
    void client.process.ended.then(() => {
      this.#sessions.delete(client);
      turn();
      this.#mayClose();
    });
    client.process.stdin.end(wrapScript(script));
    return { kind: "open", session: this.#sessionOf(client) };
  }

  async close(): Promise<void> {
    this.#stayUp();
    for (const client of this.#sessions) client.process.stop();
    await Promise.all([...this.#sessions].map((client) => client.process.ended));
    await this.#link.close();
    this.#stayUp();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #sessionOf(client: SshClient): Session {
    return {
      output: client.process.output,
      lastErrors: client.process.lastErrors,
      stop: (suspect) => {
        client.process.stop();
        if (suspect) this.#link.doubt();
      },
      explain: (heard) => this.#link.explain(client, heard),
    };
  }

  #stayUp(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
  }

  #mayClose(): void {
    this.#stayUp();
    if (this.#sessions.size > 0) return;
    this.#idle = setTimeout(() => this.#link.drop(), this.#idleLimitMs);
    this.#idle.unref();
  }
}
