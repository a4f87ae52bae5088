/** Where ComfyUI looks for what Civitai has. Pure. */

/** Civitai's types of models and files → folders below the models folder. */
const FOLDERS: ReadonlyMap<string, string> = new Map([
  ["checkpoint", "checkpoints"],
  ["lora", "loras"],
  ["locon", "loras"],
  ["dora", "loras"],
  ["textualinversion", "embeddings"],
  ["negative", "embeddings"],
  ["vae", "vae"],
  ["controlnet", "controlnet"],
  ["upscaler", "upscale_models"],
  ["hypernetwork", "hypernetworks"],
  ["motionmodule", "animatediff_models"],
]);

/** Types of files that are the model itself, or belong beside it. */
const OF_THE_MODEL = new Set(["model", "pruned model", "config"]);

/** Null for what is no model of ComfyUI's: it goes to the downloads folder. */
export function modelFolder(modelType: string, fileType: string): string | null {
  const file = fileType.toLowerCase();
  return FOLDERS.get(OF_THE_MODEL.has(file) ? modelType.toLowerCase() : file) ?? null;
}
