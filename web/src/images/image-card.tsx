import { memo } from "react";
import type { ImageMessage } from "../../../src/wire/images.ts";
import { keyOf } from "../data/create-asked.ts";
import { useIsAsked } from "../data/use-asked.ts";
import { t } from "../words/words.ts";
import { ImageActions } from "./image-actions.tsx";
import { ImageBadge } from "./image-badge.tsx";
import { ImageProgress } from "./image-progress.tsx";
import { viewImage, wantedImage } from "./image-view.ts";
import { archName } from "./image-words.ts";
import { OsLogo } from "./os-logo.tsx";
import { useImageJob } from "./use-images.ts";

interface ImageCardProps {
  image: ImageMessage;
  lookedAt: number;
  onDetails: (id: string) => void;
}

/** One image. Its height is the same whatever it does: nothing around it moves. */
export const ImageCard = memo(function ImageCard({ image, lookedAt, onDetails }: ImageCardProps) {
  const job = useImageJob(image.id, image.job_id);
  const view = viewImage(image, job, lookedAt, useIsAsked(keyOf(wantedImage(image))));
  const { name, os, arch, format, update, description } = image;
  const called = arch === null ? name : `${name}, ${archName(arch)}`;
  const facts = [os?.version, arch === null ? null : archName(arch), format].filter((fact) => fact != null);
  return (
    <article className="image surface" aria-label={called} data-kind={view.kind}>
      <div className="image__head">
        <OsLogo system={[os?.distribution ?? "", os?.family ?? "", format]} />
        <div className="image__names">
          <h3 className="image__name">
            <button
              type="button"
              className="image__open truncate"
              title={name}
              dir="auto"
              onClick={() => onDetails(image.id)}
            >
              {name}
            </button>
          </h3>
          <p className="image__facts truncate">{facts.join(" · ")}</p>
        </div>
      </div>
      <p className="image__description truncate" title={description} dir="auto">
        {description === "" ? (image.status.path ?? image.id) : description}
      </p>
      <div className="image__state">
        <ImageProgress image={image} view={view} />
      </div>
      <div className="image__foot">
        <ImageBadge view={view} />
        {update !== null && view.kind === "here" && (
          <span className="badge" data-tone="accent">
            {update.build === null ? t("Newer build") : t("Newer: {build}", { build: update.build })}
          </span>
        )}
        <ImageActions image={image} view={view} called={called} onDetails={() => onDetails(image.id)} />
      </div>
    </article>
  );
});
