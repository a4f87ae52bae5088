import { createContext } from "react";

/** The folder paths of the catalogue are in; null until it is known. */
export const ModelsDir = createContext<string | null>(null);
