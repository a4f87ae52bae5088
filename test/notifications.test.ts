/** Notifications of a real server that is killed, set up and looked at from a real command line. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReceiver } from "../src/notify/testing/receiver.ts";
import type { Receiver } from "../src/notify/testing/receiver.ts";
import { NotificationListMessage } from "../src/wire/notifications.ts";
import { JobListMessage } from "../src/wire/requests.ts";
import { endAllCli, jsonLines, runCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { startOrigin } from "./world/origin.ts";

let world: World;
let server: Haulyard;
let receiver: Receiver;

beforeAll(async () => {
  world = await createWorld();
  receiver = await startReceiver();
  server = await startHaulyard(world, { env: ENV });
});
afterAll(async () => {
  await endAllCli();
  await server.stop();
  await receiver.close();
  await world.remove();
});

/** Whatever space there is here, it is not what these tests are about. */
const ENV = { HAULYARD_DISK_LOW: "0" };

const cli = (...args: string[]): Promise<Ran> =>
  runCli(["notifications", ...args], { cwd: world.folder, env: { HAULYARD_URL: server.url } });
const json = (ran: Ran): Record<string, unknown> => jsonLines(ran.stdout)[0] ?? {};

describe("a channel on the command line", () => {
  test("is added, seen, tested and forgotten; what it cannot be is said", async () => {
    expect(await cli()).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("notifications add") as unknown,
    });
    expect((await cli("add", "webhook")).code).toBe(2);
    expect((await cli("add", "ntfy", "--topic", "x", "--chat", "1")).stderr).toContain(
      "--chat means nothing",
    );
    expect((await cli("add", "command", "--", "/bin/true")).stderr).toContain("HAULYARD_HOOKS");

    const added = await cli("add", "webhook", "--url", receiver.url, "--name", "them");
    expect(added.code).toBe(0);
    expect(added.stdout).toMatch(/whsec_\S{40,}/);
    expect((await cli()).stdout).toContain("them");

    receiver.answers.push({ status: 500, body: "broken" });
    const failed = await cli("test", "them", "--json");
    expect(failed.code).toBe(1);
    expect(json(failed)).toMatchObject({ delivered: false, answer: "HTTP 500: broken" });
    expect((await cli("test", "THEM")).code).toBe(0);
    expect(receiver.got.map((got) => got.json["type"])).toEqual(["haulyard.test", "haulyard.test"]);

    expect((await cli("rm", "them")).code).toBe(0);
    expect((await cli("rm", "them")).code).toBe(3);
  });
});

describe("a kill -9", () => {
  const states = async (id: string): Promise<string[]> => {
    const answer = await fetch(`${server.url}/notifications/${id}/messages`);
    return NotificationListMessage.parse(await answer.json()).messages.map(({ state }) => state);
  };
  const jobStates = async (): Promise<string[]> => {
    const answer = await fetch(`${server.url}/jobs`);
    return JobListMessage.parse(await answer.json()).jobs.map(({ status }) => status);
  };
  const restart = async (): Promise<void> => {
    await server.kill9();
    server = await startHaulyard(world, { port: server.port, env: ENV });
  };
  const tries = async (): Promise<number> => receiver.got.length;

  test("between what happens and its message, and in the middle of sending it, loses nothing", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: 1000 } });
    receiver.got.splice(0);
    receiver.answers.push("silent");
    const added = await cli("add", "webhook", "--url", receiver.url, "--digest", "2", "--json");
    const { id } = json(added)["channel"] as { id: string };
    await fetch(`${server.url}/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ source: `${origin.url}/a.bin` }),
    });
    await waitFor("the download", jobStates, (all) => all[0] === "COMPLETE");
    await restart();
    await waitFor("the first try", tries, (count) => count >= 1);
    await restart();
    await waitFor(
      "its end",
      () => states(id),
      (all) => all[0] === "delivered",
    );

    const count = receiver.got.length;
    expect(count).toBeGreaterThanOrEqual(2);
    expect(new Set(receiver.got.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(receiver.got[0]?.json).toMatchObject({ data: { title: "Complete: a.bin" } });
    await restart();
    expect(await states(id)).toEqual(["delivered"]);
    expect(receiver.got).toHaveLength(count);
  });
});
