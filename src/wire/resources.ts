/** Old system C: resource cards (CONTRACT §5 C). Field names are its clients'. */
import { z } from "zod";
import { DOWNLOAD_TOOLS } from "../job/card-contract.ts";

// oxlint-disable-next-line no-control-regex -- they are what is refused
const NO_CONTROL = /^[^\u0000-\u001f\u007f]*$/;
const word = z.string().max(256).regex(NO_CONTROL, "must not hold control characters");

export const ResourceListQuery = z.object({
  /** The `type` of the front matter, or the folder of the card. Empty, as with the others: all. */
  type: word.optional(),
  ecosystem: word.optional(),
  /** Comma-separated; one of them is enough. */
  tags: z.string().max(1024).regex(NO_CONTROL, "must not hold control characters").optional(),
  /** All its words stand in title, tags, description or the like. */
  search: word.optional(),
});
export type ResourceListQuery = z.infer<typeof ResourceListQuery>;

export const ResourceSearchQuery = z.object({ q: word.trim().min(1) });

/** The front matter: fields of these names have these kinds, others are as the card has them. */
const ResourceMetadata = z.looseObject({
  /** Without one in the card: its first heading, or the name of the file. */
  title: z.string(),
  tags: z.array(z.string()),
  /** This and the next three: empty where the card does not say. */
  version: z.string(),
  ecosystem: z.string(),
  basemodel: z.string(),
  type: z.string(),
  dependencies: z.array(z.string()),
  aliases: z.array(z.string()),
  published: z.string().optional(),
  /** Bytes. */
  size: z.number().optional(),
  creator: z.string().optional(),
  AIR: z.string().optional(),
  image: z.string().optional(),
  license: z.string().optional(),
  url: z.string().optional(),
});

export const ResourceMessage = z
  .object({
    metadata: ResourceMetadata,
    /** Markdown before the Download heading. */
    description: z.string(),
    /** The code below it, without secrets. */
    download_command: z.string(),
    /** What is run, one after the other; without secrets. */
    commands: z.array(z.string()),
    filename: z.string(),
    /** Below the folder of the cards: the name by which a card is asked for. */
    filepath: z.string(),
  })
  .meta({ id: "Resource" });
export type ResourceMessage = z.infer<typeof ResourceMessage>;

const CallMessage = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("download"),
    tool: z.enum(DOWNLOAD_TOOLS),
    fetches: z.array(
      z.object({
        /** Of the same bytes; without secrets. Empty where a file lists them. */
        urls: z.array(z.string()),
        /** `$UI_HOME/models/vae`; `.` is where the command starts. */
        folder: z.string(),
        /** Null: the server or the tool chooses, or there are many. */
        file: z.string().nullable(),
      }),
    ),
    /** Run again, it goes on from what is there. */
    resumes: z.boolean(),
    /** Names only. */
    headers: z.array(z.string()),
    /** How it proves who asks; never the secret. */
    credentials: z.array(z.string()),
    unknown_options: z.array(z.string()),
    /** Options that can do more than download. */
    risky_options: z.array(z.string()),
  }),
  z.object({ kind: z.literal("prepare"), program: z.string(), paths: z.array(z.string()) }),
  z.object({ kind: z.literal("other"), program: z.string() }),
]);
export type CallMessage = z.infer<typeof CallMessage>;

export const ResourceDetailMessage = ResourceMessage.extend({
  /** The same commands with what they would do. */
  command_details: z.array(
    z.object({
      /** Of the card's file, from 1. */
      line: z.number().int(),
      /** What the comment before it says. */
      name: z.string().nullable(),
      command: z.string(),
      calls: z.array(CallMessage),
      /** False where `HAULYARD_COMMANDS` forbids it. */
      allowed: z.boolean(),
      /** Why not. */
      reason: z.string().nullable(),
    }),
  ),
  /** `metadata.dependencies`, and the cards they are. */
  dependencies: z.array(
    z.object({
      name: z.string(),
      filepath: z.string().nullable(),
      /** Why there is no card for it. */
      problem: z.string().nullable(),
    }),
  ),
  /** What looks wrong with the card; it works all the same. */
  remarks: z.array(z.object({ line: z.number().int(), message: z.string() })),
}).meta({ id: "ResourceDetail" });
export type ResourceDetailMessage = z.infer<typeof ResourceDetailMessage>;

export const ResourceListMessage = z.object({
  success: z.literal(true),
  count: z.number().int(),
  resources: z.array(ResourceMessage),
});
export type ResourceListMessage = z.infer<typeof ResourceListMessage>;

/** `GET /resources/list` says, too, which files are no usable cards. */
export const ResourceFolderMessage = ResourceListMessage.extend({
  broken: z.array(
    z.object({
      filepath: z.string(),
      /** Of the file, from 1; null where the fault has no place in it. */
      line: z.number().int().nullable(),
      reason: z.string(),
    }),
  ),
});

/** `GET /resources/get/{path}`: the one card, in the shape of a list as well. */
export const ResourceGetMessage = z.object({
  success: z.literal(true),
  count: z.literal(1),
  resource: ResourceDetailMessage,
  resources: z.array(ResourceDetailMessage),
});

const words = { success: z.literal(true), count: z.number().int() };
export const ResourceTypesMessage = z.object({ ...words, types: z.array(z.string()) });
export const ResourceEcosystemsMessage = z.object({ ...words, ecosystems: z.array(z.string()) });
export const ResourceTagsMessage = z.object({ ...words, tags: z.array(z.string()) });
