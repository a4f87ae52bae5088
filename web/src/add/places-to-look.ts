/** Where a model may be found of which a workflow tells no more than the name of its file. Pure. */

export interface PlaceToLook {
  name: string;
  url: string;
}

export function placesToLook(file: string): PlaceToLook[] {
  // Repos and models are called after the model, not after its file.
  const words = encodeURIComponent(file.replace(/\.[a-z0-9]{1,12}$/i, "").replaceAll(/[_\s]+/g, " "));
  return [
    { name: "Hugging Face", url: `https://huggingface.co/models?search=${words}` },
    { name: "Civitai", url: `https://civitai.com/search/models?query=${words}` },
  ];
}
