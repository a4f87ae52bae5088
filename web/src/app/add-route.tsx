import { Navigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { toSentAddress } from "../add/sent-address.ts";
import { useAddDownload } from "../add/use-add-download.tsx";
import { t } from "../words/words.ts";

/** Where links, bookmarklets and phones lead to: opens the form with what they brought, and is left at once. */
export function AddRoute() {
  const { hand } = useAddDownload();
  const { url, text, title } = useSearch({ from: "/add" });
  useEffect(() => {
    const address = toSentAddress({
      ...(url === undefined ? {} : { url }),
      ...(text === undefined ? {} : { text }),
      ...(title === undefined ? {} : { title }),
    });
    const refused = address === null ? [t("What was sent here holds no address that can be downloaded")] : [];
    hand({ text: address ?? "", attachments: [], refused, fromElsewhere: address !== null });
  }, [hand, url, text, title]);
  // In its place: going back, or loading the page again, must not send it a second time.
  return <Navigate to="/downloads" replace />;
}
