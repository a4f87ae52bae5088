/** Two looks at models: what there is to have, and what lies on the disk. */
export const MODELS_VIEWS = ["catalogue", "files"] as const;
export type ModelsView = (typeof MODELS_VIEWS)[number];
