/** The catalogue with the state of every file. */
export const MODELS_QUERY = ["models"] as const;
