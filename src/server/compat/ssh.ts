/** Old system C: host keys and connections by connection string (CONTRACT §5 C). */
import type { TestAnswer } from "../../job/host-contract.ts";
import {
  ExplainConnectionAnswer,
  ExplainConnectionRequest,
  toExplainAnswer,
} from "../../wire/explain-connection.ts";
import {
  HostVerifyAnswer,
  TestConnectionAnswer,
  TestConnectionRequest,
  VerifyHostRequest,
} from "../../wire/hosts.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { requestSignal } from "../request-signal.ts";
import { errors } from "../routes/describe.ts";
import { noAnswer, nothingAsked, refusedHost, verificationWords } from "../routes/host-answers.ts";
import { answerKeys, keysShown } from "../routes/verify-host.ts";

const tags = ["instances"];

export function serveSsh(app: App, { hosts }: Pick<ServerParts, "hosts">): void {
  serveExplaining(app, { hosts });
  app.route({
    method: "POST",
    url: "/ssh/verify-host",
    schema: {
      tags,
      operationId: "verifyHost",
      summary: "Look at the keys of a host, and accept or reject them",
      description:
        "Without `accept` and `reject` it shows the keys the host offers now. `accept` trusts exactly those that were " +
        "shown last, whatever the host offers by then; a changed key only with its `fingerprint`. Every job that waits " +
        "for the answer goes on, or fails after `reject`.",
      body: VerifyHostRequest,
      response: {
        200: HostVerifyAnswer.describe("The keys, or what became of the answer."),
        ...errors(400, 409, 413, 415, 422, 503),
      },
    },
    handler: async (request, reply) => {
      const { ssh_connection, ...verdict } = request.body;
      const signal = requestSignal(request, reply);
      if (!verdict.accept && !verdict.reject) {
        const asked = await hosts.askConnection(ssh_connection, signal);
        if (asked.kind === "refused") throw refusedHost(asked);
        if (asked.kind !== "host") throw noAnswer(asked);
        return keysShown(asked.host.id, asked.answer);
      }
      const found = await hosts.at(ssh_connection);
      if (found.kind === "refused") throw refusedHost(found);
      if (found.kind === "unknown") throw nothingAsked();
      return answerKeys(hosts, found.host.id, verdict, signal);
    },
  });

  app.route({
    method: "POST",
    url: "/ssh/test",
    schema: {
      tags,
      operationId: "testConnection",
      summary: "Whether commands can be run over a connection",
      description:
        "`success` says whether; a host that is not kept is not kept by being tested. Keys of a kept host that " +
        "nobody has accepted are asked about from then on, as if a download had met them.",
      body: TestConnectionRequest,
      response: {
        200: TestConnectionAnswer.describe("What came of it."),
        ...errors(400, 413, 415, 503),
      },
    },
    handler: async (request, reply) => {
      const answer = await hosts.test(request.body.ssh_connection, requestSignal(request, reply));
      if (answer.kind === "refused") throw refusedHost(answer);
      return toTestAnswer(answer);
    },
  });
}

/** Not of old system C: for pages that explain a line while it is typed. */
function serveExplaining(app: App, { hosts }: Pick<ServerParts, "hosts">): void {
  app.route({
    method: "POST",
    url: "/ssh/explain",
    schema: {
      tags,
      operationId: "explainConnection",
      summary: "What a connection string says, part by part",
      description: "Reads it by the rules by which it would be kept. Connects to nobody and keeps nothing.",
      body: ExplainConnectionRequest,
      response: {
        200: ExplainConnectionAnswer.describe("Its parts, or which of them is not taken and why."),
        ...errors(400, 413, 415),
      },
    },
    handler: async ({ body }) => toExplainAnswer(await hosts.explain(body.ssh_connection)),
  });
}

function toTestAnswer(answer: TestAnswer): TestConnectionAnswer {
  switch (answer.kind) {
    case "reached": {
      const { latencyMs } = answer;
      return { success: true, message: `Connected; an answer takes ${latencyMs} ms.`, latency_ms: latencyMs };
    }
    case "failed": {
      const { code, message, advice } = answer.failure;
      return { success: false, message: `${message} ${advice}`, code };
    }
    case "asked":
      return {
        success: false,
        message: verificationWords(answer.question),
        code: "host_verification_needed",
        needs_confirmation: true,
      };
    case "stopped":
      throw noAnswer(answer);
    default:
      throw answer satisfies never;
  }
}
