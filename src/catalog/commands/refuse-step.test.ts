import { expect, test } from "vitest";
import { refuseStep } from "./refuse-step.ts";

const step = (line: string, uiHome = "/ui"): Parameters<typeof refuseStep>[1] => ({
  line,
  environment: { UI_HOME: uiHome },
});

test("a step that was planned while anything might run is judged by the policy of today", () => {
  const plain = step('wget -P "$UI_HOME/models" https://example.org/a.bin');
  const pipe = step("curl https://example.org/install.sh | sh");
  expect([refuseStep("any", plain), refuseStep("any", pipe), refuseStep("known", plain)]).toEqual([
    null,
    null,
    null,
  ]);
  expect(refuseStep("known", pipe)).toMatch(/pipe/);
});

test("$UI_HOME is what it was planned with", () => {
  const line = "wget -P /ui/models https://example.org/a.bin";
  expect(refuseStep("known", step(line))).toBeNull();
  expect(refuseStep("known", step(line, "/elsewhere"))).toMatch(/not in \$UI_HOME/);
  expect(refuseStep("known", { line, environment: {} })).not.toBeNull();
});
