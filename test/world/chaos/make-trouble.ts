import type { TroubleKind } from "./plan-chaos.ts";
import type { Begin } from "./stage.ts";
import * as links from "./troubles/links.ts";
import * as machines from "./troubles/machines.ts";
import * as nodes from "./troubles/nodes.ts";
import * as people from "./troubles/people.ts";

export const BEGIN: Record<TroubleKind, Begin> = {
  "node-kill": nodes.killNode,
  "node-stop": nodes.stopNode,
  "node-freeze": nodes.freezeNode,
  "clock-jump": nodes.jumpClock,
  "database-kill": machines.killDatabase,
  "database-away": links.loseDatabase,
  "database-cut": links.cutDatabase,
  "origin-cut": links.cutOrigin,
  "origin-gone": links.loseOrigin,
  "origin-slow": links.slowOrigin,
  "instance-cut": links.cutInstance,
  "instance-away": links.loseInstance,
  "sshd-kill": machines.killSshd,
  "run-kill": machines.killRuns,
  "disk-full": machines.fillDisk,
  "person-pause": people.pauseJob,
  "person-cancel": people.cancelJob,
};
