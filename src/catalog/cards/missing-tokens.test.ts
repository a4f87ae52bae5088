import { describe, expect, it } from "vitest";
import { planCommand } from "../commands/plan-command.ts";
import { readCommand } from "../commands/read-command.ts";
import { missingTokens } from "./missing-tokens.ts";

const service = (endpoint: string, hasToken: boolean) => ({ endpoint, hasToken });

function missing(line: string, hasToken = false): string[] {
  const step = planCommand({ text: line, name: null, ...readCommand(line) }, "/ui");
  return missingTokens([step], {
    huggingFace: service("https://huggingface.co", hasToken),
    civitai: service("https://civitai.com", hasToken),
  });
}

describe("a card whose commands would do better with a token", () => {
  it.each([
    ['civitdl "https://civitai.com/models/1?modelVersionId=2" "$UI_HOME/models/loras"', "CIVITAI_API_KEY"],
    ['wget -O "$UI_HOME/x.safetensors" https://civitai.com/api/download/models/2', "CIVITAI_API_KEY"],
    ['hf download org/repo x.safetensors --local-dir "$UI_HOME/models"', "HF_TOKEN"],
    ['curl -L -o "$UI_HOME/x" https://huggingface.co/org/repo/resolve/main/x', "HF_TOKEN"],
  ])("says so while none is set: %s", (line, name) => {
    expect(missing(line)).toEqual([expect.stringContaining(name)]);
    expect(missing(line, true)).toEqual([]);
  });

  it("is not one that fetches from elsewhere", () => {
    expect(missing('wget -P "$UI_HOME" https://example.org/huggingface.co/x')).toEqual([]);
    expect(missing('mkdir -p "$UI_HOME/models"')).toEqual([]);
  });
});
