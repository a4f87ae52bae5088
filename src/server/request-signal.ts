import type { FastifyReply, FastifyRequest } from "fastify";

/** Aborts once whoever asked has gone without waiting for the answer. */
export function requestSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  // A client that is gone when its body is read is gone already.
  if (request.raw.destroyed && !request.raw.complete) gone.abort();
  reply.raw.once("close", () => gone.abort());
  return gone.signal;
}
