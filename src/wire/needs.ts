/** Labels that are asked for. */
import { z } from "zod";
import { LABELS_FORM, toLabels } from "../job/labels.ts";

/** Machines without them do not run its jobs. */
export const Needs = z
  .record(z.string(), z.string())
  .refine((needs) => toLabels(Object.entries(needs)) !== null, `must be ${LABELS_FORM}`)
  .transform((needs) => toLabels(Object.entries(needs)) ?? {});
