/** The store: its verbs joined. Nothing here knows which database it is. */
import type { JobStore } from "../job/store-contract.ts";
import { createAccessStore } from "./access/access-store.ts";
import { adjustJob } from "./adjust-job.ts";
import { applyEvent } from "./apply-event.ts";
import type { Backend } from "./backend.ts";
import { ChangeHub } from "./change-hub.ts";
import { changesAfter, newestCursor } from "./changes.ts";
import { claimJob } from "./claim-job.ts";
import { getFact, setFact } from "./facts.ts";
import { expiredJobs, findByDestination, getJob, runningElsewhere } from "./find-jobs.ts";
import { createGroupStore } from "./groups/group-store.ts";
import { readHistory } from "./history.ts";
import { createFileStore } from "./files/file-store.ts";
import { createAcceptedKeys } from "./hosts/accepted-keys.ts";
import { createHostStore } from "./hosts/host-store.ts";
import { insertJob, insertJobs } from "./insert-job.ts";
import { countJobs } from "./job-counts.ts";
import { listJobs } from "./list-jobs.ts";
import { createNodeStore } from "./nodes/node-store.ts";
import { createNoticeStore } from "./notify/notice-store.ts";
import { readOverallLimit, writeOverallLimit } from "./overall-limit.ts";
import { removeJobs } from "./remove-jobs.ts";
import { describeJob, saveHeartbeats } from "./run-notes.ts";
import { createSettingsStore } from "./settings-store.ts";
import { createSharingStore } from "./sharing/sharing-store.ts";

export function createJobStore(backend: Backend): JobStore {
  const { db } = backend;
  const hub = new ChangeHub(backend);
  /** Tells the listeners if the outcome says that something was changed. */
  const telling = async <T>(work: Promise<T>, changed: (outcome: T) => boolean): Promise<T> => {
    const outcome = await work;
    if (changed(outcome)) hub.tell();
    return outcome;
  };
  return {
    insert: (draft, now, id) =>
      telling(insertJob(backend, draft, now, id), ({ kind }) => kind === "inserted"),
    insertAll: (drafts, now) =>
      telling(insertJobs(backend, drafts, now), (outcomes) =>
        outcomes.some(({ kind }) => kind === "inserted"),
      ),
    get: (id) => getJob(db, id),
    findByDestination: (placeName, destination) => findByDestination(db, placeName, destination),
    list: (query) => listJobs(backend, query),
    counts: () => countJobs(db),
    history: (id) => readHistory(db, id),

    apply: (id, event, now, lease) =>
      telling(applyEvent(backend, id, event, now, lease), ({ kind }) => kind === "applied"),
    claim: (request) => telling(claimJob(backend, request), (job) => job !== null),
    describe: (id, description, now, lease) =>
      telling(describeJob(backend, id, description, now, lease), (outcome) => outcome === "described"),
    heartbeat: (beats, expiresAt) => saveHeartbeats(backend, beats, expiresAt),
    runningElsewhere: (owner) => runningElsewhere(db, owner),
    expired: (now) => expiredJobs(db, now),

    adjust: (id, change, now) =>
      telling(adjustJob(backend, id, change, now), (end) => end.kind === "adjusted" && end.changed),
    remove: (filter, now) => removeJobs(backend, filter, now, () => hub.tell()),

    changesAfter: (cursor, limit) => changesAfter(db, cursor, limit),
    cursor: () => newestCursor(db),
    onChange: (listener) => hub.listen(listener),

    overallLimit: () => readOverallLimit(db),
    setOverallLimit: (text, now) => backend.write((trx) => writeOverallLimit(trx, text, now)),

    hosts: createHostStore(backend, () => hub.tell()),
    ...besideJobs(backend),
    groups: createGroupStore(backend, () => hub.tell()),
    sharing: createSharingStore(backend, () => hub.tell()),

    now: () => backend.now(),
    getFact: (key) => getFact(db, key),
    setFact: (key, value) => backend.write((trx) => setFact(trx, key, value)),

    close: async () => {
      hub.close();
      await backend.close();
    },
  };
}

/** What is kept beside the jobs. */
function besideJobs(
  backend: Backend,
): Pick<JobStore, "acceptedKeys" | "nodes" | "access" | "files" | "settings" | "notices"> {
  return {
    acceptedKeys: createAcceptedKeys(backend),
    nodes: createNodeStore(backend),
    access: createAccessStore(backend),
    files: (node) => createFileStore(backend, node),
    settings: createSettingsStore(backend),
    notices: createNoticeStore(backend),
  };
}
