import { afterEach, expect, test } from "vitest";
import { DoctorAnswer } from "../wire/doctor.ts";
import { startServer } from "./testing/start-server.ts";

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

test("what is found around the server and what it knows of itself come together; secrets do not", async () => {
  const server = await startServer({
    catalogue: { set: { name: "Set", models: { bad: { name: "Bad", url: "ftp://x", path: "a" } } } },
    findings: [
      {
        area: "services",
        name: "mirror",
        state: "ok",
        message: "https://u:secret@hub.test/ answers",
        advice: null,
      },
    ],
  });
  stop = () => server.stop();
  const answer = await fetch(`${server.url}/doctor`);
  expect(answer.status).toBe(200);
  const { ok, findings } = DoctorAnswer.parse(await answer.json());
  expect(ok).toBe(false);
  expect(findings.find(({ name }) => name === "bad_model_entry")).toMatchObject({
    area: "server",
    state: "problem",
    message: expect.stringContaining("set/bad"),
  });
  expect(findings.find(({ name }) => name === "mirror")?.message).not.toContain("secret");
});
