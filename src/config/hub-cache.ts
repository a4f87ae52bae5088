/** Where Hugging Face's own tools keep their cache, as `huggingface_hub/constants.py` finds it. */
import { path } from "./kinds.ts";
import type { Known } from "./setting-row.ts";

export function hubCache({ base, variable }: Known): string {
  const home = variable("HF_HOME") ?? `${variable("XDG_CACHE_HOME") ?? "~/.cache"}/huggingface`;
  // Without a home folder `~` leads nowhere.
  return path("<folder>").read(`${home}/hub`, base) ?? `${base.folder}/.cache/huggingface/hub`;
}
