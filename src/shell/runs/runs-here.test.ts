/** Runs on this machine. The whole suite, here and over ssh, is in test/runs.test.ts. */
import { describe } from "vitest";
import { openLocalPlace } from "../testing/local-place.ts";
import { commandSuite } from "./suite/command.suite.ts";

describe.concurrent("here", () => {
  commandSuite(openLocalPlace);
});
