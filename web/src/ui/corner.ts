/** The corner where short news is shown; fetched when there is some. */
import type { notifications } from "@mantine/notifications";
import { fetchPart } from "./fetch-part.ts";

type News = Parameters<typeof notifications.show>[0];

/** Shows news, in place of what was shown under the same id. */
export function showNews(news: News): void {
  void corner().then(({ show, hide }) => {
    if (news.id !== undefined) hide(news.id);
    show(news);
  });
}

export function hideNews(id: string): void {
  void corner().then(({ hide }) => hide(id));
}

async function corner(): Promise<typeof notifications> {
  return (await fetchPart(() => import("@mantine/notifications"))).notifications;
}
