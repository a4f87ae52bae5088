/** What the server says of a backup that was sent to it. */
import { z } from "zod";
import type { WaitingRestore } from "../job/backup-contract.ts";

const RestoreMessage = z
  .object({
    created_at: z.iso.datetime().describe("When the backup was made"),
    version: z.string().describe("Of the Haulyard that made it"),
    with_secrets: z.boolean().describe("Whether tokens, accounts and API keys are in it"),
    files: z.int(),
    ignored: z.array(z.string()).describe("Files of it that are not put anywhere"),
  })
  .meta({ id: "Restore" });
export type RestoreMessage = z.infer<typeof RestoreMessage>;

/** Null: none waits. */
export const RestoreAnswer = z.object({ waiting: RestoreMessage.nullable() });

export function toRestoreMessage(restore: WaitingRestore): RestoreMessage {
  const { createdAt, version, withSecrets, files, ignored } = restore;
  return { created_at: createdAt, version, with_secrets: withSecrets, files, ignored: [...ignored] };
}
