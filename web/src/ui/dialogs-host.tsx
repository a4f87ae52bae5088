import { modals, ModalsProvider } from "@mantine/modals";
import { useEffect } from "react";
import { dialogsHost } from "./dialogs.ts";

export function DialogsHost() {
  // After the provider's own effects: by then it listens.
  useEffect(() => dialogsHost.ready(modals), []);
  return <ModalsProvider>{null}</ModalsProvider>;
}
