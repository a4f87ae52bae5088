/** Looks at everything around a server that can be wrong: folders, files, programs, services. Changes nothing. */
import type { FetchDocument } from "../job/document-contract.ts";
import type { Examine } from "../job/finding.ts";
import type { FileToCheck } from "./check-file.ts";
import { checkFile } from "./check-file.ts";
import type { FolderToCheck } from "./check-folder.ts";
import { checkFolder } from "./check-folder.ts";
import { checkPrograms } from "./check-programs.ts";
import type { SharingMachine, SharingSettings } from "./check-sharing.ts";
import { checkMachines, checkOwnSharing } from "./check-sharing.ts";
import type { ServiceToCheck } from "./check-services.ts";
import { checkService } from "./check-services.ts";

/** What the settings say of the world. Paths are absolute. */
export interface DoctorSettings extends SharingSettings {
  data: string;
  downloads: string;
  modelsDir: string;
  imagesDir: string;
  modelConfigs: string;
  imageCatalog: string | null;
  hfToken: string | null;
  hfEndpoint: string;
  civitaiApiKey: string | null;
  civitaiEndpoint: string;
}

export interface DoctorParts {
  settings: DoctorSettings;
  /** The search path that commands of cards have on this machine. */
  path: string;
  /** Asks with the tokens of the settings; null: nothing is asked of anybody. */
  fetch: FetchDocument | null;
  /** Those that share the database; null: it is not asked. */
  machines: (() => Promise<readonly SharingMachine[]>) | null;
}

export function createExamine({ settings, path, fetch, machines }: DoctorParts): Examine {
  return async (signal) => {
    const found = await Promise.all([
      ...foldersOf(settings).map(checkFolder),
      ...filesOf(settings).map(checkFile),
      checkPrograms(path, signal),
      ...(fetch === null ? [] : servicesOf(settings).map((service) => checkService(service, fetch, signal))),
      ...(machines === null ? [] : [machines().then((all) => checkMachines(all, settings, signal))]),
    ]);
    return [...checkOwnSharing(settings), ...found.flat()];
  };
}

function foldersOf({ data, downloads, modelsDir, imagesDir }: DoctorSettings): FolderToCheck[] {
  return [
    { name: "data_folder", title: "data", path: data, setting: "HAULYARD_DATA", holdsDatabase: true },
    { name: "models_folder", title: "models", path: modelsDir, setting: "HAULYARD_MODELS_DIR" },
    { name: "images_folder", title: "images", path: imagesDir, setting: "HAULYARD_IMAGES_DIR" },
    { name: "downloads_folder", title: "downloads", path: downloads, setting: "HAULYARD_DOWNLOADS" },
  ];
}

function filesOf({ modelConfigs, imageCatalog }: DoctorSettings): FileToCheck[] {
  return [
    {
      name: "model_catalogue",
      title: "catalogue of models",
      path: modelConfigs,
      setting: "HAULYARD_MODEL_CONFIGS",
      otherwise: "the sample is shown, and the first edit makes one",
    },
    ...(imageCatalog === null
      ? []
      : [
          {
            name: "image_catalogue",
            title: "catalogue of images",
            path: imageCatalog,
            setting: "HAULYARD_IMAGE_CATALOG",
            otherwise: null,
          },
        ]),
  ];
}

/** @returns each with the setting that holds its token */
export function servicesOf(settings: DoctorSettings): (ServiceToCheck & { token: string })[] {
  return [
    {
      name: "hugging_face",
      token: "hfToken",
      title: "Hugging Face",
      endpoint: settings.hfEndpoint,
      whoAmI: "api/whoami-v2",
      forAll: "api/models?limit=1",
      hasToken: settings.hfToken !== null,
      tokenSetting: "HF_TOKEN",
      tokenPage: "https://huggingface.co/settings/tokens",
    },
    {
      name: "civitai",
      token: "civitaiApiKey",
      title: "Civitai",
      endpoint: settings.civitaiEndpoint,
      whoAmI: "api/v1/me",
      forAll: "api/v1/models?limit=1",
      hasToken: settings.civitaiApiKey !== null,
      tokenSetting: "CIVITAI_API_KEY",
      tokenPage: "https://civitai.com/user/account",
    },
  ];
}
