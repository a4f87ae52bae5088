import { createContext, useContext } from "react";

export interface AddDownload {
  open: () => void;
}

/** Opens the form for a new download, from wherever on the page. */
export const AddDownloadContext = createContext<AddDownload>({ open: () => {} });

export function useAddDownload(): AddDownload {
  return useContext(AddDownloadContext);
}
