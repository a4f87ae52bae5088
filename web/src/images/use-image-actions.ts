/** What a person can ask of images, with what is said when it is done or goes wrong. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ImageMessage } from "../../../src/wire/images.ts";
import { describeError } from "../data/describe-error.ts";
import { showAtOnce } from "../data/show-at-once.ts";
import { useServer } from "../data/server.tsx";
import { tell, tellProblem } from "../ui/notify.ts";
import { t, tn } from "../words/words.ts";
import { isEntry } from "./image-filter.ts";
import { wantedImage } from "./image-view.ts";
import { IMAGES_QUERY } from "./use-images.ts";
import type { Images } from "./use-images.ts";

export function useDownloadImage(image: ImageMessage) {
  const { id, name } = image;
  const { client, asked } = useServer();
  const queries = useQueryClient();
  return useMutation({
    onMutate: () => asked.begin(wantedImage(image)),
    mutationFn: () => client.images.download(id),
    onSuccess: async ({ job_id: job }, _, asking) => {
      await queries.invalidateQueries({ queryKey: IMAGES_QUERY });
      asking.done(job);
    },
    onError: (error, _, asking) => {
      asking?.undo();
      tellProblem(t("{name} could not be queued", { name }), describeError(error).message);
    },
  });
}

export function useDeleteImage() {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: ImageMessage) => client.images.remove(id),
    // An entry of the catalogue stays, and what becomes of it the server knows.
    onMutate: (image) =>
      showAtOnce<Images>(queries, IMAGES_QUERY, (images) => ({
        ...images,
        list: images.list.filter((each) => each.id !== image.id || isEntry(each)),
      })),
    onSuccess: (_, { name }) => tell(t("{name} was deleted", { name })),
    onError: (error, { name }, takeBack) => {
      takeBack?.();
      tellProblem(t("{name} could not be deleted", { name }), describeError(error).message);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: IMAGES_QUERY }),
  });
}

/** Asks the publishers of what is here for newer builds. */
export function useCheckUpdates() {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => client.images.checkUpdates(),
    onSuccess: async ({ updates, failed }) => {
      await queries.invalidateQueries({ queryKey: IMAGES_QUERY });
      const found =
        updates.length === 0
          ? t("All images here are the newest")
          : tn(updates.length, "{n} image has a newer build", "{n} images have newer builds");
      const [first] = failed;
      if (first === undefined) return tell(found, "", "image-updates");
      const title = tn(
        failed.length,
        "{n} publisher could not be asked",
        "{n} publishers could not be asked",
      );
      tellProblem(title, `${first.id}: ${first.message} ${found}.`, "image-updates");
    },
    onError: (error) =>
      tellProblem(t("Updates could not be looked up"), describeError(error).message, "image-updates"),
  });
}
