/** People who want their files, and ask again until somebody has heard them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ChaosNode } from "./chaos-node.ts";
import type { Work } from "./plan-work.ts";
import { authorizationOf, cardOf, urlOf } from "./plan-work.ts";
import type { Stage } from "./stage.ts";
import { ask } from "./stage.ts";

const AGAIN_MS = 300;
/** By then all troubles are over on the slowest of machines. */
const TRIES = 2_000;

export async function askFor(work: Work, stage: Stage): Promise<void> {
  const { origin, originLink, resources, nodes, instances } = stage.rig;
  origin.put(`/${work.name}`, work.spec);
  const instance = instances[work.instance];
  if (work.kind === "card") {
    mkdirSync(join(resources, "chaos"), { recursive: true });
    writeFileSync(join(resources, "chaos", `${work.name}.md`), cardOf(work, originLink.port));
  }
  const [path, body] =
    work.kind === "card"
      ? ["/downloads/queue", queueOf(work, instance?.connection ?? "", instance?.uiHome ?? "")]
      : ["/jobs", jobOf(work, stage, instance?.label ?? "")];
  for (let tries = 0; tries < TRIES; tries += 1) {
    // What is for the disk of a node is asked of that node; the rest of any.
    const turn = work.kind === "file" ? work.node : work.node + tries;
    const node = nodes[turn % nodes.length] as ChaosNode;
    const answer = await ask<Record<string, unknown>>(node, path, "POST", body);
    if (answer !== null && answer.status < 300) return;
    if (answer !== null && answer.status < 500 && answer.status !== 429) {
      stage.broken.push(`${work.name} was refused: ${answer.status} ${JSON.stringify(answer.body)}`);
      return;
    }
    await sleep(AGAIN_MS);
  }
  stage.broken.push(`nobody took ${work.name}`);
}

function jobOf(work: Work, { rig }: Stage, label: string): Record<string, unknown> {
  const hash = work.sha256 === "right" ? rig.origin.hash(`/${work.name}`) : "0".repeat(64);
  return {
    source: urlOf(work, rig.originLink.port),
    path: work.kind === "file" ? work.name : `chaos/${work.name}`,
    ...(work.kind === "sent" ? { to: label } : {}),
    ...(work.sha256 === "untold" ? {} : { sha256: hash }),
    ...(work.secret === "header" ? { headers: { Authorization: authorizationOf("header") } } : {}),
  };
}

function queueOf(work: Work, ssh_connection: string, ui_home: string): Record<string, unknown> {
  return { ssh_connection, ui_home, resources: [{ filepath: `chaos/${work.name}.md` }] };
}
