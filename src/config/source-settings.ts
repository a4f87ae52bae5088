/** The settings of the services that have files: a part of the table. */
import { hubCache } from "./hub-cache.ts";
import * as kinds from "./kinds.ts";
import { below, none, row } from "./setting-row.ts";

export const SOURCES = {
  hfToken: row<string | null>({
    section: "Sources",
    env: "HF_TOKEN",
    changeable: "now",
    kind: kinds.token,
    default: none(),
    about: "Token for Hugging Face",
    secret: true,
    flag: false,
  }),
  hfEndpoint: row<string>({
    section: "Sources",
    env: "HF_ENDPOINT",
    kind: kinds.endpoint,
    default: { text: "https://huggingface.co", value: "https://huggingface.co" },
    about: "Hugging Face or a mirror of it",
  }),
  hfCache: row<string>({
    section: "Sources",
    env: "HF_HUB_CACHE",
    alsoEnv: ["HUGGINGFACE_HUB_CACHE"],
    changeable: "next_start",
    mustWrite: true,
    kind: kinds.path("<folder>"),
    default: below(
      hubCache,
      "`$HF_HOME/hub`, else `$XDG_CACHE_HOME/huggingface/hub`, else `~/.cache/huggingface/hub`",
    ),
    about: "Hugging Face's cache, where files asked for with `--layout hf-cache` go",
  }),
  civitaiApiKey: row<string | null>({
    section: "Sources",
    env: "CIVITAI_API_KEY",
    changeable: "now",
    kind: kinds.token,
    default: none(),
    about: "Key for Civitai",
    secret: true,
    flag: false,
  }),
  civitaiEndpoint: row<string>({
    section: "Sources",
    env: "CIVITAI_ENDPOINT",
    kind: kinds.endpoint,
    default: { text: "https://civitai.com", value: "https://civitai.com" },
    about: "Civitai or a mirror of it",
  }),
} as const;
