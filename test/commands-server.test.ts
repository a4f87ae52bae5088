/** From a card to a file on an instance, with a real server that is killed on the way. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { until } from "../src/shell/runs/suite/under-test.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Haulyard } from "./world/haulyard.ts";
import { spawnOrigin } from "./world/spawn-origin.ts";
import { startSshd } from "./world/sshd.ts";

const SIZE = 6_000_000;
const TOKEN = "hf_PlantedInTheServer0123456789";

interface Told {
  id: string;
  status: string;
  progress: { bytes_done?: number | null } | null;
  error?: string;
}

async function ask<T>(server: Haulyard, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

async function theJob(server: Haulyard): Promise<Told | undefined> {
  return (await ask<Told[]>(server, "GET", "/downloads/status"))[0];
}

function bytesOf(job: Told | undefined): number {
  return job?.progress?.bytes_done ?? 0;
}

/** Files below a folder that hold a text. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(path, "latin1")).includes(text)) found.push(path);
  }
  return found;
}

test("a card reaches an instance whose key is accepted on the way, though the server is killed; the origin is asked once", async () => {
  const home = await mkdtemp(join(tmpdir(), "haulyard-home-"));
  await using origin = await spawnOrigin({
    "/model.bin": { size: SIZE, bytesPerSecond: 600_000, authorization: `Bearer ${TOKEN}` },
  });
  // Runs are kept in the home there, which is not to be that of whoever runs the tests.
  await using sshd = await startSshd({
    loginShell: `HOME=${home}; export HOME; cd; exec sh -c "$SSH_ORIGINAL_COMMAND"`,
  });
  const world = await createWorld();
  const resources = join(world.folder, "cards");
  await mkdir(resources);
  await writeFile(
    join(resources, "model.md"),
    `---\ntitle: A model\n---\n# Download\n\`\`\`bash\nmkdir -p "$UI_HOME/models"\nwget -P "$UI_HOME/models" ${origin.url}/model.bin\n\`\`\`\n`,
  );
  const env = { HAULYARD_RESOURCES: resources, HF_TOKEN: TOKEN, HF_ENDPOINT: origin.url };
  const connection = `ssh -p ${sshd.port} -i ${sshd.keyPath} ${sshd.user}@127.0.0.1`;
  const file = join(home, "ui/models/model.bin");

  const first = await startHaulyard(world, { env });
  await ask(first, "POST", "/downloads/queue", {
    ssh_connection: connection,
    resources: [{ filepath: "model.md" }],
    ui_home: join(home, "ui"),
  });
  await waitFor(
    "the question",
    () => theJob(first),
    (job) => job?.status === "HOST_VERIFICATION_NEEDED",
  );
  const shown = await ask<{ fingerprints: string[] }>(first, "POST", "/ssh/verify-host", {
    ssh_connection: connection,
    accept: false,
  });
  await ask(first, "POST", "/ssh/verify-host", {
    ssh_connection: connection,
    accept: true,
    fingerprint: /SHA256:\S+/.exec(shown.fingerprints[0] ?? "")?.[0],
  });
  const before = await waitFor(
    "bytes",
    () => theJob(first),
    (job) => bytesOf(job) > 600_000,
  );
  await first.kill9();

  const { size } = statSync(file);
  await until("the file grows without a server", () => statSync(file).size > size + 300_000);
  const second = await startHaulyard(world, { env });
  const after = await theJob(second);
  expect(bytesOf(after)).toBeGreaterThanOrEqual(bytesOf(before) / 2);
  const done = await waitFor(
    "the end",
    () => theJob(second),
    (job) => job?.status === "COMPLETE" || job?.status === "FAILED",
    60_000,
  );
  expect(done).toMatchObject({ status: "COMPLETE" });
  expect(statSync(file).size).toBe(SIZE);
  expect((await origin.requests()).filter(({ path }) => path === "/model.bin")).toHaveLength(1);

  const told = await Promise.all(
    ["/downloads/status", "/jobs", `/jobs/${done?.id}`, `/jobs/${done?.id}/history`].map((path) =>
      ask<unknown>(second, "GET", path),
    ),
  );
  expect(JSON.stringify(told)).not.toContain(TOKEN);
  await second.stop();
  expect(await filesWith(world.folder, TOKEN)).toEqual([]);
  expect(await filesWith(home, TOKEN)).toEqual([]);
  const log = await readFile(join(world.data, "logs/jobs", `${done?.id}.log`), "utf8");
  expect(log.match(/^\$ /gm)).toHaveLength(2);
  expect(log.match(/Saving to|100%/g)).toEqual(["Saving to", "100%"]);
  expect(await readdir(join(home, ".haulyard/runs"))).toEqual([]);
  await world.remove();
  await rm(home, { recursive: true, force: true });
}, 180_000);
