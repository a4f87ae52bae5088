/**
 * Which inputs of ComfyUI's own loader nodes name files of which folder (folder_paths.py and nodes.py of ComfyUI).
 *
 * The page of ComfyUI saves the values of a node without their names, in the order of its inputs; its API format has
 * the names.
 */
export interface ModelInput {
  input: string;
  /** Place among `widgets_values`, from 0. */
  index: number;
  folder: string;
}

const one = (input: string, folder: string, index = 0): readonly ModelInput[] => [{ input, index, folder }];

const ENCODERS: readonly ModelInput[] = [1, 2, 3, 4].map((nth) => ({
  input: `clip_name${nth}`,
  index: nth - 1,
  folder: "text_encoders",
}));

const LOADERS: ReadonlyMap<string, readonly ModelInput[]> = new Map([
  ["CheckpointLoaderSimple", one("ckpt_name", "checkpoints")],
  ["CheckpointLoader", one("ckpt_name", "checkpoints", 1)],
  ["ImageOnlyCheckpointLoader", one("ckpt_name", "checkpoints")],
  ["unCLIPCheckpointLoader", one("ckpt_name", "checkpoints")],
  ["UNETLoader", one("unet_name", "diffusion_models")],
  ["VAELoader", one("vae_name", "vae")],
  ["LoraLoader", one("lora_name", "loras")],
  ["LoraLoaderModelOnly", one("lora_name", "loras")],
  ["CLIPLoader", one("clip_name", "text_encoders")],
  ["DualCLIPLoader", ENCODERS.slice(0, 2)],
  ["TripleCLIPLoader", ENCODERS.slice(0, 3)],
  ["QuadrupleCLIPLoader", ENCODERS],
  ["CLIPVisionLoader", one("clip_name", "clip_vision")],
  ["StyleModelLoader", one("style_model_name", "style_models")],
  ["ControlNetLoader", one("control_net_name", "controlnet")],
  ["DiffControlNetLoader", one("control_net_name", "controlnet")],
  ["UpscaleModelLoader", one("model_name", "upscale_models")],
  ["LatentUpscaleModelLoader", one("model_name", "latent_upscale_models")],
  ["HypernetworkLoader", one("hypernetwork_name", "hypernetworks")],
  ["GLIGENLoader", one("gligen_name", "gligen")],
  ["PhotoMakerLoader", one("photomaker_model_name", "photomaker")],
  ["AudioEncoderLoader", one("audio_encoder_name", "audio_encoders")],
  ["ModelPatchLoader", one("name", "model_patches")],
]);

/** Of other people's nodes nothing is known: every value of theirs that is called like a model may be one. */
export function modelInputsOf(nodeType: string): readonly ModelInput[] | null {
  return LOADERS.get(nodeType) ?? null;
}

/** What ComfyUI takes for models (`supported_pt_extensions`), and what usual extensions of it do. */
const MODEL_FILE = /.\.(?:safetensors|sft|ckpt|pt2?|pth|bin|pkl|gguf|onnx)$/i;

export function isModelFile(name: string): boolean {
  return MODEL_FILE.test(name);
}
