import type { JobRequest } from "./catalog-contract.ts";

/** A request that says nothing but its source. */
export const PLAIN_REQUEST: Omit<JobRequest, "source"> = {
  to: null,
  path: null,
  sha256: null,
  size: null,
  headers: {},
  mirrors: [],
  priority: 0,
  limitBytesPerSecond: null,
  replace: false,
  after: null,
  afterRun: null,
  include: [],
  exclude: [],
  withInfo: false,
  reuse: null,
  layout: null,
};
