/** From a card to a file on an instance, with a real server that is killed on the way. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { until } from "../src/shell/runs/suite/under-test.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Haulyard } from "./world/haulyard.ts";
import { spawnOrigin } from "./world/spawn-origin.ts";
import { allAnswers, filesWith, openFilesWith, sshThatKnow } from "./world/planted-secret.ts";
import { processesWith } from "./world/processes.ts";
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

test("a card reaches an instance whose key is accepted on the way, though the server is killed; the origin is asked once", async () => {
  await using origin = await spawnOrigin({
    "/model.bin": { size: SIZE, bytesPerSecond: 60_000, authorization: `Bearer ${TOKEN}` },
  });
  await using sshd = await startSshd();
  const { home } = sshd;
  const world = await createWorld();
  const resources = join(world.folder, "cards");
  await mkdir(resources);
  await writeFile(
    join(resources, "model.md"),
    `---\ntitle: A model\n---\n# Download\n\`\`\`bash\nmkdir -p "$UI_HOME/models"\nwget -P "$UI_HOME/models" ${origin.url}/model.bin\n\`\`\`\n`,
  );
  const env = { HAULYARD_RESOURCES: resources, HF_TOKEN: TOKEN, HF_ENDPOINT: origin.url };
  const connection = sshd.line();
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
    (job) => bytesOf(job) > 100_000,
  );
  // The tool has it in a file of its own for as long as it runs; nobody else can look there.
  expect(filesWith(home, TOKEN).every((path) => path.includes("/private."))).toBe(true);
  expect(openFilesWith(home, TOKEN)).toEqual([]);
  const seen = [...processesWith(TOKEN), ...sshThatKnow(TOKEN)];
  // The origin was told to ask for it.
  expect(seen.filter((line) => !line.includes("test/world/origin.ts"))).toEqual([]);
  const sockets = (await readdir(tmpdir())).filter((name) => name.startsWith(`haulyard-ssh-${first.pid}-`));
  expect(sockets).toHaveLength(1);
  expect(sockets.flatMap((name) => filesWith(join(tmpdir(), name), TOKEN))).toEqual([]);
  await first.kill9();

  const { size } = statSync(file);
  await until("the file grows without a server", () => statSync(file).size > size + 30_000);
  const second = await startHaulyard(world, { env });
  const after = await theJob(second);
  expect(bytesOf(after)).toBeGreaterThanOrEqual(bytesOf(before) / 2);
  await origin.release("/model.bin");
  const done = await waitFor(
    "the end",
    () => theJob(second),
    (job) => job?.status === "COMPLETE" || job?.status === "FAILED",
  );
  expect(done).toMatchObject({ status: "COMPLETE" });
  expect(statSync(file).size).toBe(SIZE);
  expect((await origin.requests()).filter(({ path }) => path === "/model.bin")).toHaveLength(1);

  const { hosts } = await ask<{ hosts: { id: string }[] }>(second, "GET", "/hosts");
  const ids = [done?.id ?? "", hosts[0]?.id ?? "", "model.md"];
  const answers = await allAnswers(second.url, ids);
  for (const path of [
    "/downloads/status",
    "/events",
    "/health",
    `/jobs/${done?.id}/history`,
    `/jobs/${done?.id}/log`,
  ])
    expect(answers.get(path)).toMatch(/\S/);
  expect([...answers].filter(([, text]) => text.includes(TOKEN)).map(([path]) => path)).toEqual([]);
  await second.stop();
  expect(filesWith(world.folder, TOKEN)).toEqual([]);
  expect(filesWith(home, TOKEN)).toEqual([]);
  const log = await readFile(join(world.data, "logs/jobs", `${done?.id}.log`), "utf8");
  expect(log.match(/^\$ /gm)).toHaveLength(2);
  expect(log.match(/Saving to|100%/g)).toEqual(["Saving to", "100%"]);
  expect(await readdir(join(home, ".haulyard/runs"))).toEqual([]);
  await world.remove();
});
