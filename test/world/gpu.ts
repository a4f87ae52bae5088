/** A server, and an instance behind a real sshd whose key was accepted: as people have it who rent machines. */
import { join } from "node:path";
import { addTrustedInstance } from "./add-instance.ts";
import { runCli } from "./cli.ts";
import type { Ran } from "./cli.ts";
import type { Haulyard, World } from "./haulyard.ts";
import { createWorld, startHaulyard } from "./haulyard.ts";
import type { Sshd } from "./sshd.ts";
import { startSshd } from "./sshd.ts";

export interface Gpu extends AsyncDisposable {
  world: World;
  sshd: Sshd;
  /** `$UI_HOME` there. */
  uiHome: string;
  server(): Haulyard;
  /** The id of the instance, which is called `gpu`. */
  hostId: string;
  cli(...args: string[]): Promise<Ran>;
  /** Ends the server as a power cut would, and starts it again at the same address. */
  powerCut(): Promise<void>;
}

type Environment = Record<string, string>;

/** @param given variables of the server; a function lays what they name into its folder first */
export async function startGpu(
  given: Environment | ((folder: string) => Promise<Environment>) = {},
): Promise<Gpu> {
  await using stack = new AsyncDisposableStack();
  const world = await createWorld();
  stack.defer(() => world.remove());
  const env = typeof given === "function" ? await given(world.folder) : given;
  const sshd = stack.use(await startSshd());
  let server = await startHaulyard(world, { env });
  stack.defer(async () => void (await server.stop()));
  const uiHome = join(sshd.home, "ComfyUI");
  const hostId = await addTrustedInstance(server, sshd, { label: "gpu", uiHome });
  const kept = stack.move();
  return {
    world,
    sshd,
    uiHome,
    server: () => server,
    hostId,
    cli: (...args) => runCli(args, { cwd: world.folder, env: { HAULYARD_URL: server.url } }),
    powerCut: async () => {
      const { port } = server;
      await server.kill9();
      server = await startHaulyard(world, { env, port });
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
