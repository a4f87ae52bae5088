/** What is asked for comes into the queue: by itself, or as a group. */
import type { JobStore } from "../job/store-contract.ts";
import type { EngineParts } from "./create-engine.ts";
import { createTurns } from "./create-turns.ts";
import type { Engine, Submission } from "./engine-contract.ts";
import { foreseeJobs } from "./foresee-jobs.ts";
import { joinGroups } from "./join-groups.ts";
import type { NodeWatch } from "./nodes/watch-nodes.ts";
import type { SubmitParts } from "./submit-job.ts";
import { submitJob, submitJobs } from "./submit-job.ts";

export function takeIn(
  given: EngineParts,
  nodes: Pick<NodeWatch, "look">,
): Pick<Engine, "submit" | "submitAll" | "foresee" | "groups" | "nodes"> {
  const { store, clock, node, reuse } = given;
  const { inspect } = given.transfer;
  const { lookAt } = given.commands.hosts;
  const parts: SubmitParts = {
    store,
    inspect,
    clock,
    node,
    lookAt,
    ...(reuse === undefined ? {} : { reuse }),
  };
  const inTurn = createTurns();
  const submit: Engine["submit"] = (draft, id) =>
    draft.destination === null ? inTurn(() => submitJob(draft, parts, id)) : submitJob(draft, parts, id);
  const submitAll: Engine["submitAll"] = (drafts) => submitJobs(drafts, parts, submit);
  return {
    submit: async (draft, id) => {
      const submission = await submit(draft, id);
      await keepAsked([submission], store);
      await lookForMachines([submission], given, nodes);
      return submission;
    },
    submitAll: async (drafts) => {
      const submissions = await submitAll(drafts);
      await keepAsked(submissions, store);
      await lookForMachines(submissions, given, nodes);
      return submissions;
    },
    foresee: (drafts) => foreseeJobs(drafts, parts),
    ...joinGroups({ store, clock, submitAll }),
  };
}

/** Whoever asks for something that another machine is to do is told at once whether there is one. */
async function lookForMachines(
  submissions: readonly Submission[],
  { node, log }: Pick<EngineParts, "node" | "log">,
  nodes: Pick<NodeWatch, "look">,
): Promise<void> {
  const isHere = ({ job: { place } }: Submission): boolean => place.kind === "node" && place.name === node;
  if (submissions.every(isHere)) return;
  // They are in the queue: a store that is away by now is no reason to say otherwise.
  await nodes.look().catch((error: unknown) => log.warn({ err: error }, "the machines were not looked at"));
}

/** A download of a group that somebody asks for by itself, too, stays when the group goes. */
async function keepAsked(
  submissions: readonly Submission[],
  { groups }: Pick<JobStore, "groups">,
): Promise<void> {
  const asked = submissions.filter(({ kind, job }) => kind !== "created" && job.groups.length > 0);
  if (asked.length > 0) await groups.keepJobs(asked.map(({ job }) => job.id));
}
