/** An instance behind a cable that can be cut, pulled and plugged in again. */
import type { RunsOptions } from "../../src/shell/runs/write-script.ts";
import type { Instance } from "./instance.ts";
import { openInstance } from "./instance.ts";
import { startSshd } from "./sshd.ts";
import { startTcpRelay } from "./tcp-relay.ts";
import type { TcpRelay } from "./tcp-relay.ts";

export interface Cable extends AsyncDisposable {
  relay: TcpRelay;
  instance: Instance;
}

export async function openCable(runs: Partial<RunsOptions>): Promise<Cable> {
  await using stack = new AsyncDisposableStack();
  const sshd = stack.use(await startSshd());
  const relay = stack.use(await startTcpRelay({ host: "127.0.0.1", port: sshd.port }));
  const instance = stack.use(await openInstance({ sshd, port: relay.port, runs }));
  const all = stack.move();
  return { relay, instance, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
