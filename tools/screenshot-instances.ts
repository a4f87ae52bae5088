/** What the pictures of Instances and Resources show: two machines behind real sshd, cards, and tasks in every state. */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostMessage } from "../src/wire/hosts.ts";
import type { World } from "../test/world/haulyard.ts";
import type { Origin } from "../test/world/origin.ts";
import type { Sshd } from "../test/world/sshd.ts";
import { startSshd } from "../test/world/sshd.ts";
import { ROOT } from "./run-command.ts";

const MB = 1_000_000;
const FENCE = "```";

/** Sends a body and answers what comes back. */
type Post = (path: string, body: object) => Promise<unknown>;

interface Machine {
  id: string;
  sshd: Sshd;
}

export interface Instances extends AsyncDisposable {
  /** Cards into the folder of the server, before it starts. */
  putCards(): Promise<void>;
  /** Two instances: one at work, one whose key has changed. Answers the id of the latter. */
  play(post: Post): Promise<{ changed: string; unknown: string }>;
}

export async function prepareInstances(world: World, origin: Origin): Promise<Instances> {
  const running: Sshd[] = [];
  const start = async (): Promise<Sshd> => {
    const sshd = await startSshd();
    running.push(sshd);
    return sshd;
  };
  const add = async (post: Post, label: string): Promise<Machine> => {
    const sshd = await start();
    const line = `${sshd.line("localhost")} -L 8080:localhost:8080`;
    const ui_home = join(sshd.home, "ComfyUI");
    await mkdir(ui_home);
    const body = { ssh_connection: line, label, ui_home };
    const { host } = (await post("/hosts", body)) as { host: HostMessage };
    return { id: host.id, sshd };
  };
  const trust = async (post: Post, { id }: Machine): Promise<void> => {
    await post(`/hosts/${id}/verify`, {});
    await post(`/hosts/${id}/verify`, { accept: true });
    await post(`/hosts/${id}/scan`, {});
  };
  return {
    putCards: () => putCards(world, origin),
    async play(post) {
      const busy = await add(post, "vast.ai RTX 4090");
      const changed = await add(post, "homelab");
      const unknown = await add(post, "runpod A100");
      await trust(post, busy);
      await trust(post, changed);
      await changed.sshd.changeHostKeys();
      await post(`/hosts/${changed.id}/verify`, {});
      for (const source of ["own/vae.md", "own/gone.md", "own/video.md", "loras/wan21_fusionx.md"])
        await post("/jobs", { source, to: busy.id });
      return { changed: changed.id, unknown: unknown.id };
    },
    [Symbol.asyncDispose]: async () => {
      for (const sshd of running) await sshd[Symbol.asyncDispose]();
    },
  };
}

/** Those that ship, and some whose files are on the origin. */
async function putCards({ folder }: World, origin: Origin): Promise<void> {
  const resources = join(folder, "resources");
  await cp(join(ROOT, "resources"), resources, { recursive: true });
  await mkdir(join(resources, "own"), { recursive: true });
  const put = async (name: string, title: string, type: string, ...paths: string[]): Promise<void> => {
    const lines = paths.map((path) => `wget -c ${origin.url}${path} -P "$UI_HOME/models/${type}"`);
    const matter = `title: ${JSON.stringify(title)}\ntags: [wan, video]\necosystem: wan\ntype: ${type}`;
    const script = `# Download\n\n${FENCE}bash\n${lines.join("\n")}\n${FENCE}\n`;
    await writeFile(join(resources, "own", name), `---\n${matter}\n---\n\n${script}`);
  };
  origin.put("/own/vae.safetensors", { size: 3 * MB });
  origin.put("/own/video.safetensors", { size: 1_200 * MB, bytesPerSecond: 12 * MB });
  await put("vae.md", "Wan 2.2 VAE", "vae", "/own/vae.safetensors");
  await put("gone.md", "Wan 2.1 T2V (moved)", "diffusion_models", "/own/gone.safetensors");
  await put(
    "video.md",
    "Wan 2.2 I2V 14B",
    "diffusion_models",
    "/own/vae.safetensors",
    "/own/video.safetensors",
  );
}
