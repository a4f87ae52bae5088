import { formatBytes } from "../format/bytes.ts";
import { t } from "../words/words.ts";

/** Nothing where no size is known; a lower limit where some are not. */
export function sizeWords(bytes: number, unknownSizes: number): string {
  if (bytes === 0) return "";
  const size = formatBytes(bytes);
  return unknownSizes > 0 ? t("over {size}", { size }) : size;
}
