/** What a person can do about a problem: the one thing that is likeliest to help. Pure. */
import { REDACTED } from "../../../src/job/redact.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { sourceHost, transferOf } from "../format/source-host.ts";

export type Remedy =
  /** Look at the host's keys. */
  | { kind: "verify"; hostId: string }
  /** Give the server a token for this service. */
  | { kind: "token"; service: TokenService; host: string }
  /** Open the page of the source: a licence, a login, what became of it. */
  | { kind: "page"; url: string }
  /** Read what the command said. */
  | { kind: "log" }
  /** The path where room or a right is missing, or another file is in the way. */
  | { kind: "path"; path: string }
  | { kind: "retry" };

/** The services whose token is a setting; any other host wants a header. */
export type TokenService = "hugging-face" | "civitai" | "other";

export function remedyOf(job: JobMessage): Remedy {
  if (job.status === "HOST_VERIFICATION_NEEDED") return { kind: "verify", hostId: job.place.name };
  switch (job.error?.code) {
    case "unauthorized":
      return { kind: "token", service: serviceOf(job), host: sourceHost(job) ?? job.source.text };
    case "forbidden":
    case "wrong_content":
    case "refused_by_server":
    case "gone": {
      const url = pageOf(job);
      return url === null ? { kind: "retry" } : { kind: "page", url };
    }
    case "command_failed":
      return { kind: "log" };
    case "write_denied":
    case "destination_exists":
      return job.destination === null ? { kind: "retry" } : { kind: "path", path: job.destination };
    default:
      return { kind: "retry" };
  }
}

function serviceOf(job: JobMessage): TokenService {
  const host = sourceHost(job) ?? "";
  if (job.source.kind === "huggingface" || isOf(host, "huggingface.co") || isOf(host, "hf.co"))
    return "hugging-face";
  if (job.source.kind === "civitai" || isOf(host, "civitai.com")) return "civitai";
  return "other";
}

function isOf(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** Where a person sees what the server wants; null for what is no web address or lacks its secret part. */
function pageOf(job: JobMessage): string | null {
  const url = transferOf(job)?.url;
  if (url === undefined || !URL.canParse(url) || url.includes(REDACTED)) return null;
  const { protocol, host, pathname } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return null;
  // The file's own address of Hugging Face would only be fetched: the licence stands on the page of its repo.
  const repo = /^\/((?:datasets\/|spaces\/)?[^/]+\/[^/]+)\/(?:resolve|blob)\//.exec(pathname)?.[1];
  return isOf(host, "huggingface.co") && repo !== undefined ? `https://huggingface.co/${repo}` : url;
}
