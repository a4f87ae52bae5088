/** A look at everything that can be wrong: what is configured, reachable, writable, missing. */
import type { Finding } from "../../job/finding.ts";
import type { Host } from "../../job/host.ts";
import { redactText } from "../../job/redact.ts";
import { DoctorAnswer } from "../../wire/doctor.ts";
import type { App } from "../app.ts";
import { findProblems } from "../find-problems.ts";
import type { ServerParts } from "../parts.ts";
import { requestSignal } from "../request-signal.ts";
import { errors } from "./describe.ts";

export function serveDoctor(app: App, parts: ServerParts): void {
  app.route({
    method: "GET",
    url: "/doctor",
    schema: {
      tags: ["server"],
      operationId: "examine",
      summary: "What is configured, reachable, writable and missing",
      description:
        "Writes a file into each folder and takes it away again, starts programs to learn their versions, and asks " +
        "Hugging Face and Civitai whether they answer. Takes seconds where one of them does not.",
      response: { 200: DoctorAnswer.describe("All that was found."), ...errors() },
    },
    handler: async (request, reply) => {
      const signal = requestSignal(request, reply);
      const [found, problems, hosts] = await Promise.all([
        parts.examine(signal),
        findProblems(parts),
        parts.hosts.list(),
      ]);
      const findings = [
        // Whether folders can be written is known better by writing to them.
        ...problems.filter(({ code }) => code !== "folder_not_writable").map(fromProblem),
        ...found,
        ...hosts.map(fromHost),
      ];
      return {
        ok: findings.every(({ state }) => state !== "problem"),
        version: parts.settings.version,
        runtime: `Node ${process.versions.node}`,
        platform: `${process.platform} ${process.arch}`,
        findings: findings.map((finding) => ({ ...finding, message: redactText(finding.message) })),
      };
    },
  });
}

function fromProblem({ code, message }: { code: string; message: string }): Finding {
  return { area: "server", name: code, state: "problem", message, advice: null };
}

/** As far as is known: nobody is called for it. */
function fromHost({ label, question, lastSeenAt }: Host): Finding {
  const one = { area: "instances", name: label } as const;
  if (question !== null)
    return {
      ...one,
      state: "problem",
      message: `${label} shows host keys that nobody has said yes to`,
      advice: `Compare them: haulyard hosts verify ${label}`,
    };
  if (lastSeenAt === null)
    return {
      ...one,
      state: "hint",
      message: `${label} has not answered yet`,
      advice: `Try it: haulyard hosts test ${label}`,
    };
  return {
    ...one,
    state: "ok",
    message: `${label} answered last at ${new Date(lastSeenAt).toISOString()}`,
    advice: null,
  };
}
