/**
 * A thousand instances in one process: `tools/n bench/control/instances.ts SOCKET`. Prints a line once it listens, ends when
 * its standard input does.
 *
 * Instances have processors of their own. Real shells for all of them would want many times what this machine has, and what
 * is measured would be they. So this speaks in the place of the supervisor of runs (src/shell/runs/supervisor.sh): its
 * frames, without its processes. All instances are alike: what else is asked is asked of a real shell, once.
 */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { text as textOf } from "node:stream/consumers";

/** Whoever holds a connection says that it stands, and waits for its input to end. */
const HOLDER = "exec cat >/dev/null";
/** The last words of a script for the supervisor: a verb and what belongs to it. */
const VERB = /\nhy_(\w+)(?: (.*))?\nhy_say bye\nexit 0\n\}\n$/;
const NONCE = /@@haulyard-[0-9a-f]{32}/;
/** Stands for a nonce while a real shell is asked. */
const NO_NONCE = `@@haulyard-${"0".repeat(32)}`;
/** How often a command tells how far it is. */
const TOLD_EVERY_MS = 1000;

/** A command that never ends. */
interface Run {
  /** What lines about its steps begin with. */
  mark: string;
  /** The last of its steps, the first is 0. Those before it take no time. */
  last: number;
  begunAt: number;
}

class Instances {
  /** By instance and name of the run. */
  readonly #runs = new Map<string, Run>();
  readonly #heard = new Map<string, Promise<string>>();

  /** One session: the name of the instance in a line, then what is sent there. */
  serve(socket: Socket): void {
    let sent = "";
    let isHolder = false;
    socket.setEncoding("utf8");
    socket.on("error", () => {});
    socket.on("data", (chunk: string) => {
      sent += chunk;
      if (isHolder || !sent.includes(HOLDER)) return;
      isHolder = true;
      socket.write(frame(nonceOf(sent), "up"));
    });
    socket.on("end", () => {
      if (isHolder) socket.end();
      else void this.#answer(socket, sent);
    });
  }

  async #answer(socket: Socket, sent: string): Promise<void> {
    const nonce = nonceOf(sent);
    const [, verb, rest = ""] = VERB.exec(sent) ?? [];
    const instance = sent.slice(0, sent.indexOf("\n"));
    const idOf = (run: string): string => `${instance} ${run}`;
    const id = idOf(/^HY_ID='(.*)'$/m.exec(sent)?.[1] ?? "");
    const say = (...frames: string[]): void => {
      socket.end([...frames, "bye"].map((words) => frame(nonce, words)).join(""));
    };
    switch (verb) {
      case "start":
        if (!this.#runs.has(id)) this.#runs.set(id, runOf(sent));
        return say(this.#stateOf(id));
      case "show":
        return say(this.#stateOf(id));
      case "cancel":
        this.#runs.delete(id);
        return say("state cancelled");
      case "follow":
        return this.#follow(socket, nonce, id, Number(rest.split(" ")[1]));
      case "list": {
        const begin = idOf(rest.replaceAll("'", ""));
        const found = [...this.#runs.keys()].filter((each) => each.startsWith(begin));
        return say(
          ...found.map(
            (each) =>
              `listed ${each.slice(instance.length + 1)} ${this.#stateOf(each).slice("state ".length)}`,
          ),
        );
      }
      case "clean": {
        const runs = rest.replaceAll("'", "").split(" ").filter(Boolean);
        for (const run of runs) this.#runs.delete(idOf(run));
        return say(...runs.map((run) => `cleaned ${run} absent`));
      }
      default:
        socket.end((await this.#ask(sent.slice(instance.length + 1), nonce)).replaceAll(NO_NONCE, nonce));
    }
  }

  #stateOf(id: string): string {
    const run = this.#runs.get(id);
    return run === undefined ? "state absent" : `state running ${run.last}`;
  }

  /** What a run has written from a byte on, and what it writes from now on. */
  #follow(socket: Socket, nonce: string, id: string, from: number): void {
    const run = this.#runs.get(id);
    if (run === undefined) return void socket.end(frame(nonce, "state absent") + frame(nonce, "bye"));
    let at = from;
    socket.write(frame(nonce, `mark ${run.mark}`) + frame(nonce, this.#stateOf(id)));
    const tell = (): void => {
      const log = logOf(run, Date.now());
      const piece = log.slice(at);
      if (piece === "") return;
      socket.write(`${frame(nonce, `data 0 ${at} ${piece.length}`)}${piece}${frame(nonce, "end whole")}`);
      at = log.length;
    };
    tell();
    const timer = setInterval(tell, TOLD_EVERY_MS);
    socket.on("close", () => clearInterval(timer));
  }

  #ask(script: string, nonce: string): Promise<string> {
    const asked = script.replaceAll(nonce, NO_NONCE);
    const known = this.#heard.get(asked);
    if (known !== undefined) return known;
    const shell = spawn("/bin/sh", { stdio: ["pipe", "pipe", "inherit"] });
    const output = textOf(shell.stdout);
    this.#heard.set(asked, output);
    shell.stdin.end(asked);
    return output;
  }
}

/** All of a log: in ASCII, so that its characters are its bytes. */
function logOf({ mark, last, begunAt }: Run, now: number): string {
  const before = Array.from({ length: last }, (_, n) => `\n${mark} begin ${n}\n\n${mark} end ${n} 0\n`);
  const told = Math.floor((now - begunAt) / TOLD_EVERY_MS);
  const lines = Array.from({ length: told }, (_, n) => {
    const done = n + 1;
    return `\rmodel.safetensors:  ${Math.floor(done / 1000)}%|###       | ${done}M/99999M [00:10<10:00, 10.0MB/s]`;
  });
  return `${before.join("")}\n${mark} begin ${last}\n${lines.join("")}`;
}

function frame(nonce: string, words: string): string {
  return `\n${nonce} ${words}\n`;
}

function nonceOf(sent: string): string {
  return NONCE.exec(sent)?.[0] ?? NO_NONCE;
}

function runOf(sent: string): Run {
  const mark = /^HY_MARK='(.*)'$/m.exec(sent)?.[1] ?? "";
  const steps = Number(/^HY_STEPS=(\d+)$/m.exec(sent)?.[1] ?? 1);
  return { mark, last: steps - 1, begunAt: Date.now() };
}

const [, , socketPath = ""] = process.argv;
const instances = new Instances();
createServer({ allowHalfOpen: true }, (socket) => instances.serve(socket)).listen(socketPath, () =>
  console.log("listening"),
);
process.stdin.on("end", () => process.exit(0)).resume();
