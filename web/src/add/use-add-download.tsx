import { createContext, useContext } from "react";
import type { Handed } from "./read-transfer.ts";

export interface AddDownload {
  open: () => void;
  /** Opens it with something in it, or puts that to what is in it. */
  hand: (handed: Handed) => void;
  /** The same with files as a person chose or dropped them. */
  handFiles: (files: readonly File[]) => void;
}

/** Opens the form for a new download, from wherever on the page. */
export const AddDownloadContext = createContext<AddDownload>({
  open: () => {},
  hand: () => {},
  handFiles: () => {},
});

export function useAddDownload(): AddDownload {
  return useContext(AddDownloadContext);
}
