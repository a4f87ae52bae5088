/** What a connection string says, part by part. */
import { z } from "zod";
import type { ConnectionRead } from "../job/host-contract.ts";
import type { Host } from "../job/host.ts";
import { ConnectionString } from "./hosts.ts";

export const ExplainConnectionRequest = z.strictObject({ ssh_connection: ConnectionString });

/** What a connection string says, word for word; nobody was asked. */
export const ExplainConnectionAnswer = z.discriminatedUnion("success", [
  z.object({
    success: z.literal(true),
    /** The shortest line that leads there. */
    connection: z.string(),
    address: z.string(),
    port: z.number().int(),
    /** Null: as ssh's configuration says. */
    user: z.string().nullable(),
    /** Paths of private keys on the server. */
    key_files: z.array(z.string()),
    /** Machines in between, the nearest first; null: as ssh's configuration says. */
    jumps: z.array(z.string()).nullable(),
    address_family: z.enum(["any", "inet", "inet6"]).nullable(),
    compression: z.boolean(),
    /** What is left out, and why. */
    notes: z.array(z.string()),
    /** Values of `-L`: remembered, not applied. */
    forwards: z.array(z.string()),
    /** The host that is kept and that it leads to. */
    host: z.object({ id: z.uuid(), label: z.string() }).nullable(),
  }),
  z.object({
    success: z.literal(false),
    /** Which part of it is not taken, and why: a sentence. */
    message: z.string(),
  }),
]);
export type ExplainConnectionAnswer = z.infer<typeof ExplainConnectionAnswer>;

export function toExplainAnswer(read: ConnectionRead & { host: Host | null }): ExplainConnectionAnswer {
  if (read.kind === "refused") {
    const { reason } = read;
    return { success: false, message: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.` };
  }
  const { address, notes, forwards, way, host } = read;
  return {
    success: true,
    connection: address.connection,
    address: address.address,
    port: address.port,
    user: address.user,
    key_files: [...way.keyFiles],
    jumps: way.jumps === null ? null : [...way.jumps],
    address_family: way.addressFamily,
    compression: way.compression,
    notes: [...notes],
    forwards: [...forwards],
    host: host === null ? null : { id: host.id, label: host.label },
  };
}
