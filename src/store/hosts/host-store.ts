/** The hosts of the store: their verbs joined. */
import type { HostStore } from "../../job/host-contract.ts";
import type { Backend } from "../backend.ts";
import { answerHost } from "./answer-host.ts";
import { findHost, getHost, listHosts, listJobLimits, listNeeds } from "./find-hosts.ts";
import { insertHost } from "./insert-host.ts";
import { noteHost } from "./note-host.ts";
import { removeHost } from "./remove-host.ts";
import { updateHost } from "./update-host.ts";

/** @param onJobsChanged called once jobs have changed with a host */
export function createHostStore(backend: Backend, onJobsChanged: () => void): HostStore {
  const { db } = backend;
  return {
    insert: (draft, now) => insertHost(backend, draft, now),
    get: (id) => getHost(db, id),
    findByIdentity: (identity) => findHost(db, identity),
    list: () => listHosts(db),
    needs: () => listNeeds(db),
    jobLimits: () => listJobLimits(db),
    update: (id, patch, now) => updateHost(backend, id, patch, now),
    note: (id, note, now) => noteHost(backend, id, note, now),
    remove: (id) => removeHost(backend, id),
    answer: async (id, accept, now) => {
      const jobs = await answerHost(backend, id, accept, now);
      if (jobs.length > 0) onJobsChanged();
      return jobs;
    },
  };
}
