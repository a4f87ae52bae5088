/** A job that may have been removed meanwhile. */
import { ApiError } from "../../client/api-error.ts";
import type { Client } from "../../client/create-client.ts";
import type { JobMessage } from "../../wire/job-message.ts";

export async function getOrNull(client: Client, id: string): Promise<JobMessage | null> {
  try {
    return await client.jobs.get(id);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
