/** Old system C: the resource cards, listed, searched and shown (CONTRACT §5 C). */
import { z } from "zod";
import type { BrokenCard, Card, CardCollection } from "../../job/card-contract.ts";
import { refusePath } from "../../job/file-name.ts";
import {
  ResourceEcosystemsMessage,
  ResourceFolderMessage,
  ResourceGetMessage,
  ResourceListMessage,
  ResourceListQuery,
  ResourceSearchQuery,
  ResourceTagsMessage,
  ResourceTypesMessage,
} from "../../wire/resources.ts";
import { toResourceDetail, toResourceMessage } from "../../wire/translate-card.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { errors } from "../routes/describe.ts";

const tags = ["resource cards"];

type Parts = Pick<ServerParts, "cards">;

export function serveResources(app: App, parts: Parts): void {
  serveLists(app, parts);
  serveOne(app, parts);
  serveWords(app, parts);
}

function serveLists(app: App, { cards }: Parts): void {
  app.route({
    method: "GET",
    url: "/resources/list",
    schema: {
      tags,
      operationId: "listResources",
      summary: "The resource cards, and the files that are none",
      querystring: ResourceListQuery,
      response: { 200: ResourceFolderMessage.describe("The cards that fit."), ...errors(400) },
    },
    handler: async ({ query }) => {
      const collection = await cards.read();
      const found = collection.find({
        type: given(query.type),
        ecosystem: given(query.ecosystem),
        tags: given(query.tags)
          ?.split(",")
          .map((tag) => tag.trim())
          .filter((tag) => tag !== ""),
        search: given(query.search),
      });
      return {
        ...toList(found),
        broken: collection.broken.map(({ filepath, line, reason }) => ({ filepath, line, reason })),
      };
    },
  });

  app.route({
    method: "GET",
    url: "/resources/search",
    schema: {
      tags,
      operationId: "searchResources",
      summary: "The resource cards with these words, the best first",
      querystring: ResourceSearchQuery,
      response: { 200: ResourceListMessage.describe("The cards that fit."), ...errors(400) },
    },
    handler: async ({ query }) => toList((await cards.read()).find({ search: query.q })),
  });
}

/** What the old page sends for «all» is an empty word. */
function given(word: string | undefined): string | undefined {
  const text = word?.trim();
  return text === "" ? undefined : text;
}

function toList(found: readonly Card[]): ResourceListMessage {
  return { success: true, count: found.length, resources: found.map(toResourceMessage) };
}

function serveOne(app: App, { cards }: Parts): void {
  const answer = async (filepath: string): Promise<ResourceGetMessage> => {
    const collection = await cards.read();
    const card = cardOf(filepath, collection);
    const resource = toResourceDetail(card, collection.dependenciesOf(card), cards.judge);
    return { success: true, count: 1, resource, resources: [resource] };
  };
  app.route({
    method: "GET",
    url: "/resources/get/:path",
    schema: {
      tags,
      operationId: "getResource",
      summary: "One resource card, and what its commands would do",
      description: "The path as `filepath` has it. Its slashes may be written as they are or as %2F.",
      params: z.object({ path: z.string().min(1) }),
      response: { 200: ResourceGetMessage.describe("The card."), ...errors(400, 404, 422) },
    },
    handler: ({ params }) => answer(params.path),
  });
  // The same with slashes as they are: a document of routes cannot say that.
  app.route({
    method: "GET",
    url: "/resources/get/*",
    schema: { hide: true, params: z.object({ "*": z.string() }) },
    handler: ({ params }) => answer(params["*"]),
  });
}

type ResourceGetMessage = z.infer<typeof ResourceGetMessage>;

function cardOf(filepath: string, { byPath }: CardCollection): Card {
  const found: Card | BrokenCard | null = byPath(filepath);
  if (found === null) {
    const refusal = refusePath(filepath, "path");
    if (refusal !== null) throw new RequestError("bad_request", `${asSentence(refusal)}.`, "path");
    throw new RequestError("not_found", "There is no card with this path.", "path");
  }
  if ("facts" in found) return found;
  const where = found.line === null ? "" : ` (line ${found.line})`;
  throw new RequestError("file_broken", `The card cannot be used${where}: ${found.reason}.`, "path");
}

function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** What the cards say of themselves, for filters. */
function serveWords(app: App, { cards }: Parts): void {
  app.route({
    method: "GET",
    url: "/resources/types",
    schema: {
      tags,
      operationId: "listResourceTypes",
      summary: "The types of the resource cards; where a card names none, its folder",
      response: { 200: ResourceTypesMessage.describe("In order.") },
    },
    handler: async () => {
      const types = wordsOf(await cards.read(), ({ facts, filepath }) => [
        facts.type ?? (filepath.includes("/") ? filepath.slice(0, filepath.indexOf("/")) : null),
      ]);
      return { success: true as const, count: types.length, types };
    },
  });

  app.route({
    method: "GET",
    url: "/resources/ecosystems",
    schema: {
      tags,
      operationId: "listResourceEcosystems",
      summary: "The ecosystems of the resource cards",
      response: { 200: ResourceEcosystemsMessage.describe("In order.") },
    },
    handler: async () => {
      const ecosystems = wordsOf(await cards.read(), ({ facts }) => [facts.ecosystem]);
      return { success: true as const, count: ecosystems.length, ecosystems };
    },
  });

  app.route({
    method: "GET",
    url: "/resources/tags",
    schema: {
      tags,
      operationId: "listResourceTags",
      summary: "The tags of the resource cards",
      response: { 200: ResourceTagsMessage.describe("In order.") },
    },
    handler: async () => {
      const names = wordsOf(await cards.read(), ({ facts }) => facts.tags);
      return { success: true as const, count: names.length, tags: names };
    },
  });
}

/** Each word once, as the first card writes it, sorted. */
function wordsOf({ cards }: CardCollection, of: (card: Card) => readonly (string | null)[]): string[] {
  const words = new Map<string, string>();
  for (const word of cards.flatMap(of)) {
    const key = word?.toLowerCase();
    if (word !== null && key !== undefined && !words.has(key)) words.set(key, word);
  }
  return [...words].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, word]) => word);
}
