/** Hosts as the rest of the program asks for them. */
import type { Clock } from "../../job/clock.ts";
import type { Hosts, Instances } from "../../job/host-contract.ts";
import type { Host } from "../../job/host.ts";
import { matchHosts } from "../../job/match-hosts.ts";
import { laneOf } from "../../job/place.ts";
import type { JobStore } from "../../job/store-contract.ts";
import type { EngineLog } from "../engine-log.ts";
import { acceptHostKey, askConnection, askHostKey, rejectHostKey } from "./answer-keys.ts";
import { changeHost, ensureHost, refuseConnection } from "./ensure-host.ts";
import { lookAtFiles, scanHost, testConnection } from "./look-at-host.ts";
import { watchRuns } from "./watch-runs.ts";

export interface HostsParts {
  store: Pick<JobStore, "hosts">;
  instances: Instances;
  clock: Clock;
  log: EngineLog;
  /** The setting: `$UI_HOME` of hosts that have none of their own. */
  uiHome: string;
}

export function createHosts(parts: HostsParts): Hosts {
  const { store, instances, uiHome } = parts;
  return {
    get: (id) => store.hosts.get(id),
    list: () => store.hosts.list(),
    ensure: (connection, choices = {}) => ensureHost(connection, choices, parts),
    find: (word) => findHosts(word, parts),
    explain: async (connection) => {
      const read = instances.readConnection(connection);
      const host = read.kind === "refused" ? null : await store.hosts.findByIdentity(read.address.identity);
      return { ...read, host };
    },
    at: async (connection) => {
      const read = instances.readConnection(connection);
      if (read.kind === "refused") return refuseConnection(read.reason);
      const host = await store.hosts.findByIdentity(read.address.identity);
      return host === null ? { kind: "unknown" } : { kind: "host", host };
    },
    change: (id, change) => changeHost(id, change, parts),
    remove: async (id) => {
      const outcome = await store.hosts.remove(id);
      if (outcome.kind === "removed") await instances.forget(id);
      return outcome;
    },
    uiHomeOf: (host) => host.uiHome ?? uiHome,

    runsAt: async (place) => {
      if (place.kind === "node") return instances.runsHere();
      return (await store.hosts.get(place.hostId)) === null ? null : watchRuns(place.hostId, parts);
    },
    laneLimits: async () =>
      (await store.hosts.jobLimits()).map(({ id, jobs }) => ({
        lane: laneOf({ kind: "ssh", hostId: id }),
        limit: jobs,
      })),

    test: (connection, signal) => testConnection(connection, parts, signal),
    scan: (id, signal) => scanHost(id, parts, signal),
    removeAt: async (id, folder, paths, signal) => {
      const host = await store.hosts.get(id);
      return host === null ? { kind: "unknown" } : instances.removeAt(host, folder, paths, signal);
    },
    lookAt: (id, paths, signal) => lookAtFiles(id, paths, parts, signal),

    askHostKey: (id, signal) => askHostKey(id, parts, signal),
    askConnection: (connection, signal) => askConnection(connection, parts, signal),
    accept: (id, fingerprint) => acceptHostKey(id, fingerprint, parts),
    reject: (id) => rejectHostKey(id, parts),
  };
}

async function findHosts(word: string, { store, instances }: HostsParts): Promise<Host[]> {
  const hosts = await store.hosts.list();
  const matches = matchHosts(hosts, word);
  if (matches.length > 0) return matches;
  const read = instances.readConnection(word);
  return read.kind === "refused" ? [] : hosts.filter(({ identity }) => identity === read.address.identity);
}
