/**
 * Tells followers of events what was changed besides jobs: hosts, accounts, catalogues. They ask for it again; what
 * other machines of a common database changed they find at their next look.
 */
import type { App } from "./app.ts";

/** What of the answers is another now, by the beginning of the routes that change it. */
const TOPICS: readonly (readonly [begin: string, topic: string])[] = [
  ["/hosts", "hosts"],
  ["/ssh/verify-host", "hosts"],
  ["/ssh/test", "hosts"],
  ["/access/", "access"],
  ["/notifications", "channels"],
  ["/add_model", "models"],
  ["/edit_model", "models"],
  ["/delete_model", "models"],
  ["/reload_config", "models"],
  ["/images", "images"],
];

export class ChangeBoard {
  readonly #followers = new Set<(topic: string) => void>();

  /** Answers how to leave. */
  follow(follower: (topic: string) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  note(topic: string): void {
    for (const follower of this.#followers) follower(topic);
  }
}

/** Whatever was answered as done has changed something. */
export function noteChanges(app: App): ChangeBoard {
  const board = new ChangeBoard();
  app.addHook("onResponse", async ({ method, routeOptions: { url = "" } }, { statusCode }) => {
    if (method === "GET" || method === "HEAD" || statusCode >= 400) return;
    const topic = TOPICS.find(([begin]) => url.startsWith(begin))?.[1];
    if (topic !== undefined) board.note(topic);
  });
  return board;
}
