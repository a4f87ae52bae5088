/** What the settings are called here, and what they do. One that is not in here is shown in the server's words. */
import { t } from "../words/words.ts";

export interface SettingWords {
  label: string;
  /** A sentence. */
  about: string;
  /** Behind the field. */
  unit?: string;
  /** What the choices are called. */
  choices?: Readonly<Record<string, string>>;
}

export const SETTING_WORDS: Readonly<Record<string, SettingWords>> = {
  hfToken: {
    label: t("Hugging Face token"),
    about: t("For gated and private files. It is sent to Hugging Face and nobody else."),
  },
  civitaiApiKey: {
    label: t("Civitai key"),
    about: t("Most downloads of Civitai need one. It is sent to Civitai and nobody else."),
  },
  hfEndpoint: { label: t("Address of Hugging Face"), about: t("Or of a mirror of it.") },
  civitaiEndpoint: { label: t("Address of Civitai"), about: t("Or of a mirror of it.") },
  localJobs: {
    label: t("Downloads at a time"),
    about: t("To this machine; the others wait in the queue."),
  },
  perHost: {
    label: t("Jobs at a time on each instance"),
    about: t("For instances that have no number of their own."),
  },
  connections: {
    label: t("Connections for one file"),
    about: t("At most: no more are used than make it quicker."),
  },
  originLimits: {
    label: t("Limits of servers"),
    about: t(
      "How fast all downloads from one server together may be: huggingface.co=20M, civitai.com=5M. What holds for all downloads holds as well.",
    ),
  },
  retentionHours: {
    label: t("Forget ended downloads after"),
    about: t("Only their entries go; the files stay."),
    unit: t("hours"),
  },
  stallMinutes: {
    label: t("Give up a download after"),
    about: t("So long without a byte, and it counts as failed. What came is kept."),
    unit: t("minutes"),
  },
  unreachableMinutes: {
    label: t("Give up an instance after"),
    about: t("So long without a word, and its jobs fail. What runs there goes on, and a retry meets it."),
    unit: t("minutes"),
  },
  retries: {
    label: t("Tries of its own"),
    about: t(
      "How often a failure is tried again by itself, where that is to be otherwise: connection_lost=20, not_found=3. 0 is never; all others are tried as ever.",
    ),
  },
  commands: {
    label: t("Commands of cards"),
    about: t(
      "Which of them may run, here and on instances. Plain calls start one known download tool and nothing else.",
    ),
    choices: { any: t("Any"), known: t("Plain calls only") },
  },
  pathFolders: {
    label: t("Folders with tools"),
    about: t("Put before PATH where commands run, if they are there; separated by colons."),
  },
  modelsDir: { label: t("Models"), about: t("Where models go.") },
  downloads: {
    label: t("Downloads"),
    about: t("Downloads without a place of their own, and the status files for other programs."),
  },
  imagesDir: { label: t("VM images"), about: t("Where images of the library go.") },
  hfCache: {
    label: t("Hugging Face’s cache"),
    about: t("Shared with Hugging Face’s own tools; used where a download asks for that layout."),
  },
  resources: { label: t("Resource cards"), about: t("Where the cards are read from.") },
  uiHome: { label: t("ComfyUI"), about: t("Its home, which cards call $UI_HOME.") },
  extraModelPaths: {
    label: t("More places of models"),
    about: t("ComfyUI’s extra_model_paths.yaml."),
  },
  modelConfigs: {
    label: t("Catalogue of models"),
    about: t("Until there is such a file the sample is shown."),
  },
  imageCatalog: {
    label: t("Catalogue of images"),
    about: t("JSON or YAML; without one the built-in catalogue."),
  },
  data: { label: t("Data"), about: t("The database, known hosts and logs.") },
  reuse: {
    label: t("Bytes that are here already"),
    about: t("Whether a file that is on this machine is taken from there in place of being fetched again."),
  },
  keepImages: {
    label: t("Builds of an image that stay"),
    about: t("Older ones are deleted when a newer one has come; empty keeps all."),
  },
  directIo: {
    label: t("Write past the page cache"),
    about: t("Spares memory for large files; off where files are read as soon as they are there."),
  },
  diskLow: {
    label: t("A disk is low below"),
    about: t("So much free space on a disk that downloads go to; 0 never tells. Like 10G or 500M."),
  },
  httpProxy: {
    label: t("Proxy for http://"),
    about: t("It may hold a name and a password, and is not shown."),
  },
  httpsProxy: {
    label: t("Proxy for https://"),
    about: t("It may hold a name and a password, and is not shown."),
  },
  noProxy: {
    label: t("Reached without a proxy"),
    about: t("Host, .domain, host:port or *; separated by commas."),
  },
  host: { label: t("Address"), about: t("What the server listens on.") },
  port: { label: t("Port"), about: t("What the server listens on.") },
  hostNames: { label: t("Names"), about: t("Under which a proxy on this machine passes requests on.") },
};

/** The words of a setting; the server's where the page has none. */
export function wordsFor({ name, about }: { name: string; about: string }): SettingWords {
  return SETTING_WORDS[name] ?? { label: name, about: `${about.replaceAll("`", "")}.` };
}
