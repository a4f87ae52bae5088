/** One contract, kept twice: runs on this machine and on an instance behind a real sshd. */
import { afterAll, beforeAll, describe } from "vitest";
import { commandSuite } from "../src/shell/runs/suite/command.suite.ts";
import { lifeSuite } from "../src/shell/runs/suite/life.suite.ts";
import { lossSuite } from "../src/shell/runs/suite/loss.suite.ts";
import type { MakeRuns } from "../src/shell/runs/suite/under-test.ts";
import { openLocalPlace } from "../src/shell/testing/local-place.ts";
import type { Side } from "./world/instance.ts";
import { createSide, openInstance } from "./world/instance.ts";
import type { Sshd } from "./world/sshd.ts";
import { startSshd } from "./world/sshd.ts";

let sshd: Sshd;
let side: Side;
beforeAll(async () => {
  sshd = await startSshd();
  side = await createSide();
});
afterAll(async () => {
  await side[Symbol.asyncDispose]();
  await sshd[Symbol.asyncDispose]();
});

const onInstance: MakeRuns = (runs = {}) => openInstance({ sshd, side, runs });

describe.concurrent("here", () => {
  lifeSuite(openLocalPlace);
  lossSuite(openLocalPlace);
});

describe.concurrent("on an instance", () => {
  commandSuite(onInstance);
  lifeSuite(onInstance);
  lossSuite(onInstance);
});
