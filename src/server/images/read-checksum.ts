import type { ImportRequest } from "../../job/image-contract.ts";
import { refuseHex } from "../../job/checksum/refuse-hex.ts";
import { IMPORT_CHECKSUMS } from "../../wire/images.ts";
import { RequestError } from "../request-error.ts";

type Algorithm = (typeof IMPORT_CHECKSUMS)[number];

/** The hash somebody gives for an image. Throws the answer for digits that are none of the algorithm. */
export function readChecksum(
  hex: string | null | undefined,
  type: Algorithm | null | undefined,
): ImportRequest["checksum"] {
  if (hex == null || hex === "") return null;
  const algorithm = type ?? IMPORT_CHECKSUMS.find((each) => refuseHex(each, hex) === null) ?? "sha256";
  if (refuseHex(algorithm, hex) === null) return { algorithm, hex: hex.toLowerCase() };
  throw new RequestError(
    "bad_request",
    `checksum must be the hexadecimal digits of a ${algorithm}.`,
    "checksum",
  );
}
