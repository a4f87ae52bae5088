/**
 * Run with every test file: what Node has compiled for it is written down for the files that come after. Node itself
 * would do so at its end, and Vitest kills its processes.
 */
import { flushCompileCache } from "node:module";
import { afterAll } from "vitest";

afterAll(() => flushCompileCache());
