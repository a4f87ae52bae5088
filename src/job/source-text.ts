import type { Source } from "./job.ts";
import { redactUrl } from "./redact.ts";

/** What was asked for, as people would write it, without secrets. */
export function sourceText(source: Source): string {
  switch (source.kind) {
    case "url":
      return redactUrl(source.url);
    case "model":
      return `${source.setId}/${source.modelId}`;
    case "card":
      return source.filepath;
    case "image":
      return source.imageId;
    case "huggingface":
      return `hf://${source.repo}@${source.revision}/${source.filepath}`;
    case "civitai":
      return `civitai://${source.versionId}`;
    case "workflow":
      return source.name;
    default:
      throw source satisfies never;
  }
}
