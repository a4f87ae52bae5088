import { Modal } from "@mantine/core";
import type { ImageMessage } from "../../../src/wire/images.ts";
import { formatBytes, formatExactBytes } from "../format/bytes.ts";
import { Fact } from "../details/fact.tsx";
import { t } from "../words/words.ts";
import { ImageChecksum } from "./image-checksum.tsx";
import { archName, osName } from "./image-words.ts";
import { OsLogo } from "./os-logo.tsx";
import "../details/details.css";

/** All that is known of an image. */
export function ImageDetails({ image, onClose }: { image: ImageMessage | null; onClose: () => void }) {
  return (
    <Modal opened={image !== null} onClose={onClose} title={image?.name ?? ""} size={600}>
      {image !== null && <Facts image={image} />}
    </Modal>
  );
}

function Facts({ image }: { image: ImageMessage }) {
  const { id, description, os, arch, format, url, build, update, size_bytes: size, status } = image;
  const { virtual_size_bytes: disk, checksum, path } = status;
  return (
    <div className="image-details">
      <div className="image-details__head">
        <OsLogo system={[os?.distribution ?? "", os?.family ?? "", format]} size={48} />
        <p dir="auto">{description === "" ? <code>{id}</code> : description}</p>
      </div>
      <dl className="facts">
        {os !== null && <Fact name={t("System")}>{`${osName(os.distribution)} ${os.version}`}</Fact>}
        {arch !== null && <Fact name={t("Machine")}>{archName(arch)}</Fact>}
        {os !== null && os.default_user !== null && <Fact name={t("User")}>{os.default_user}</Fact>}
        <Fact name={t("Format")}>{format}</Fact>
        {size !== null && <Fact name={t("Size")}>{formatExactBytes(size)}</Fact>}
        {disk !== null && (
          <Fact name={t("Disk in it")}>{`${formatBytes(disk)} (${formatExactBytes(disk)})`}</Fact>
        )}
        {build !== null && <Fact name={t("Build")}>{build}</Fact>}
        {update !== null && <Fact name={t("Newer build")}>{update.build ?? t("published")}</Fact>}
        {path !== null && (
          <Fact name={t("File")} copy={{ text: path, what: t("the path") }}>
            <code>{path}</code>
          </Fact>
        )}
        {url !== null && (
          <Fact name={t("From")} copy={{ text: url, what: t("the address") }}>
            <code>{url}</code>
          </Fact>
        )}
        {checksum !== null && (
          <Fact
            name={status.checksum_type ?? t("Checksum")}
            copy={{ text: checksum, what: t("the checksum") }}
          >
            <code>{checksum}</code>
          </Fact>
        )}
        <Checked status={status} />
        <Fact name={t("Id")} copy={{ text: id, what: t("the id") }}>
          <code>{id}</code>
        </Fact>
      </dl>
      {status.error_message !== null && <p className="image-details__problem">{status.error_message}</p>}
    </div>
  );
}

function Checked({ status }: Pick<ImageMessage, "status">) {
  const { checksum_state: state, checksum_note: note } = status;
  if (state === null && note === null) return null;
  return (
    <Fact name={t("Checked")}>
      <span className="image-details__checked">
        <ImageChecksum status={status} />
        {note}
      </span>
    </Fact>
  );
}
