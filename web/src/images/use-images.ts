/** The images from the server, asked for again when a download's state changes; between that, their live downloads. */
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import type { ImageMessage } from "../../../src/wire/images.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { keyOf } from "../data/create-asked.ts";
import { useServer } from "../data/server.tsx";
import { useAsked } from "../data/use-asked.ts";
import { useLive } from "../data/use-live.ts";
import { useRefreshOnJobs } from "../data/use-refresh-on-jobs.ts";
import { indexImageJobs, jobOf, viewImage, wantedImage } from "./image-view.ts";
import type { ImageJobs, ImageKind } from "./image-view.ts";

export const IMAGES_QUERY = ["images"] as const;
export const IMAGE_CATALOGUE_QUERY = ["image-catalogue"] as const;

/** While only the folder, the catalogue or what is hashed in the background may change. */
const LOOK_EVERY_MS = 30_000;

export interface Images {
  list: readonly ImageMessage[];
  /** When the server was asked, epoch milliseconds. */
  lookedAt: number;
}

export function useImages(): { images: Images | null; error: Error | null; retry: () => void } {
  const { client } = useServer();
  const query = useQuery({
    queryKey: IMAGES_QUERY,
    queryFn: async ({ signal }): Promise<Images> => {
      // Before it is asked: what ends while it answers may or may not be in the answer.
      const lookedAt = Date.now();
      return { list: await client.images.list(signal), lookedAt };
    },
    refetchInterval: LOOK_EVERY_MS,
    refetchOnWindowFocus: true,
  });
  useRefreshOnJobs(IMAGES_QUERY, changesOf);
  return { images: query.data ?? null, error: query.error, retry: () => void query.refetch() };
}

/** What is wrong with the catalogue and the folder. */
export function useImageCatalogue() {
  const { client } = useServer();
  return useQuery({
    queryKey: IMAGE_CATALOGUE_QUERY,
    queryFn: ({ signal }) => client.images.catalog(signal),
    refetchInterval: LOOK_EVERY_MS,
    refetchOnWindowFocus: true,
  }).data;
}

/** Another text whenever the download of an image came, went, or changed its state, and when the server is back. */
function changesOf(view: LiveView): string {
  const { byImage } = indexOf(view);
  let latest = "";
  for (const { updated_at: at } of byImage.values()) if (at > latest) latest = at;
  return `${view.link === "away" ? "away" : "here"} ${byImage.size} ${latest}`;
}

/** The download of an image, if there is one. */
export function useImageJob(id: string, jobId: string | null): JobMessage | null {
  return useLive(useCallback((view: LiveView) => jobOf({ id, job_id: jobId }, indexOf(view)), [id, jobId]));
}

/** The kind of state of every image, by id. The same map until one of them changes. */
export function useImageKinds({ list, lookedAt }: Images): ReadonlyMap<string, ImageKind> {
  const asked = useAsked();
  return useLive(
    useCallback(
      (view: LiveView, before: ReadonlyMap<string, ImageKind> | null) => {
        const index = indexOf(view);
        const kinds = new Map(
          list.map((image) => {
            const isAsked = asked.has(keyOf(wantedImage(image)));
            return [image.id, viewImage(image, jobOf(image, index), lookedAt, isAsked).kind];
          }),
        );
        const same = before?.size === kinds.size && [...kinds].every(([id, kind]) => before.get(id) === kind);
        return same ? before : kinds;
      },
      [list, lookedAt, asked],
    ),
  );
}

/** Every card asks for its download in the same map: indexed once. */
const indexes = new WeakMap<LiveView["jobs"], ImageJobs>();

function indexOf({ jobs }: LiveView): ImageJobs {
  let index = indexes.get(jobs);
  if (index === undefined) {
    index = indexImageJobs(jobs);
    indexes.set(jobs, index);
  }
  return index;
}
