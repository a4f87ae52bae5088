import { expect, test } from "vitest";
import { defineProgram } from "../run-command-line.ts";
import { describeCommands } from "./describe-commands.ts";
import { writeReference } from "./write-reference.ts";

test("docs/cli.md has every command with all its arguments and options", async () => {
  const program = defineProgram(
    { serve: async () => 0, worker: { work: async () => 0, drain: async () => 0 } },
    () => {},
  );
  const commands = describeCommands(program);
  expect(commands.length).toBeGreaterThan(30);
  for (const { path, about } of commands) expect([path, about]).not.toEqual([path, ""]);
  await expect(writeReference(commands)).toMatchFileSnapshot("../../../docs/cli.md");
});
