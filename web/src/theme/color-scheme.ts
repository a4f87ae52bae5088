/** Where the choice of dark, light or auto is kept; public/color-scheme.js reads it before the first paint. */
import { localStorageColorSchemeManager } from "@mantine/core";

export const colorSchemeManager = localStorageColorSchemeManager({ key: "haulyard-color-scheme" });
