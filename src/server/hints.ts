/** What is not set up on this machine and is needed for some sources or places only: hints, not problems. */
import type { HealthMessage } from "../wire/health.ts";

type Hint = HealthMessage["hints"][number];

const HINTS = {
  hf_token: {
    code: "no_hf_token",
    message: "Gated and private files of Hugging Face need a token.",
    advice: "Set one on the page under Settings, or start Haulyard with HF_TOKEN set.",
    page: "https://huggingface.co/settings/tokens",
  },
  civitai_api_key: {
    code: "no_civitai_key",
    message: "Most downloads of Civitai need a key.",
    advice: "Set one on the page under Settings, or start Haulyard with CIVITAI_API_KEY set.",
    page: "https://civitai.com/user/account",
  },
  ssh: {
    code: "no_ssh",
    message: "Instances are reached with OpenSSH, and there is no ssh on this machine.",
    advice: "Install it (Debian: openssh-client).",
    page: null,
  },
} as const satisfies Record<string, Hint>;

export type Lack = keyof typeof HINTS;

export function toHints(lacks: readonly Lack[]): Hint[] {
  return lacks.map((lack) => HINTS[lack]);
}
