/** Plays `haulyard get` in one process; see get-player-child.ts. */
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Ran, RunningCli } from "./cli.ts";
import { startCli } from "./cli.ts";
import type { GetPlay, GetPlayed } from "./get-player-child.ts";

const CHILD = resolve(import.meta.dirname, "get-player-child.ts");
const NODE = resolve(import.meta.dirname, "../../tools/n");

export class GetPlayer implements AsyncDisposable {
  #child: RunningCli | null = null;
  readonly #waiting = new Map<number, { done: (ran: Ran) => void; fail: (error: Error) => void }>();
  #count = 0;

  play(given: Omit<GetPlay, "id">): Promise<Ran> {
    this.#child ??= this.#start();
    const { child } = this.#child;
    this.#count += 1;
    const id = this.#count;
    return new Promise((done, fail) => {
      this.#waiting.set(id, { done, fail });
      child.stdin?.write(`${JSON.stringify({ id, ...given } satisfies GetPlay)}\n`);
    });
  }

  #start(): RunningCli {
    const running = startCli([CHILD], { cwd: tmpdir(), keepOpen: true }, NODE);
    const { stdout } = running.child;
    if (stdout === null) throw new Error("no stdout");
    createInterface({ input: stdout }).on("line", (line) => {
      const { id, code, stdout: out, stderr } = JSON.parse(line) as GetPlayed;
      this.#waiting.get(id)?.done({ code, signal: null, stdout: out, stderr });
      this.#waiting.delete(id);
    });
    void running.ended.then(({ code, signal, stderr }) => {
      for (const { fail } of this.#waiting.values())
        fail(new Error(`the process that plays ended with ${code ?? signal}:\n${stderr}`));
    });
    return running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.ended;
  }
}
