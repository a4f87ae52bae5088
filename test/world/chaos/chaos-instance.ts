/** An instance behind a real sshd, at the end of a cable. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sshd } from "../sshd.ts";
import { startSshd } from "../sshd.ts";
import type { TcpRelay } from "../tcp-relay.ts";
import { startTcpRelay } from "../tcp-relay.ts";

export interface ChaosInstance extends AsyncDisposable {
  label: string;
  sshd: Sshd;
  cable: TcpRelay;
  /** As people paste it. */
  connection: string;
  /** `$UI_HOME`. */
  uiHome: string;
  /** What the commands there wrote down, a line for each time one began: the name of its run. */
  starts(): string[];
}

/** Where commands write down that they begin, in the home of the instance. */
export const STARTS = "starts";

export async function openChaosInstance(label: string): Promise<ChaosInstance> {
  await using stack = new AsyncDisposableStack();
  // Several nodes at once, each with connections that were cut and are made anew.
  const sshd = stack.use(await startSshd({ config: ["MaxStartups 200"] }));
  const cable = stack.use(await startTcpRelay({ host: "127.0.0.1", port: sshd.port }));
  const kept = stack.move();
  return {
    label,
    sshd,
    cable,
    connection: sshd.line("127.0.0.1", cable.port),
    uiHome: join(sshd.home, "ComfyUI"),
    starts: () => {
      try {
        return readFileSync(join(sshd.home, STARTS), "utf8").split("\n").filter(Boolean);
      } catch {
        return [];
      }
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
