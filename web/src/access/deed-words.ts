/** What a line of the audit log says, and who did it. */
import type { AuditMessage } from "../../../src/wire/access.ts";
import { t } from "../words/words.ts";

/** By the name of the operation, as the document of the interface has it. */
const DEEDS: Readonly<Record<string, string>> = {
  signIn: t("Signed in"),
  signOut: t("Signed out"),
  endOtherSessions: t("Signed out everywhere else"),
  endSession: t("Ended a session"),
  changePassword: t("Changed a password"),
  addUser: t("Made an account"),
  changeUser: t("Changed an account"),
  removeUser: t("Removed an account"),
  addKey: t("Made an API key"),
  revokeKey: t("Revoked an API key"),
  addJob: t("Added a download"),
  removeJob: t("Removed a download"),
  adjustJob: t("Changed a download"),
  sync: t("Made a place match a lock file"),
  pauseJob: t("Paused a download"),
  resumeJob: t("Resumed a download"),
  nowJob: t("Let a download run now"),
  cancelJob: t("Cancelled a download"),
  retryJob: t("Retried a download"),
  moveJob: t("Moved a download in the queue"),
  actOnJobs: t("Acted on many downloads"),
  addGroup: t("Added a group of downloads"),
  actOnGroup: t("Acted on a group of downloads"),
  removeGroup: t("Removed a group of downloads"),
  changeLimit: t("Changed the limit for all downloads"),
  changeSettings: t("Changed settings"),
  resetSetting: t("Gave a changed setting up"),
  testToken: t("Tested a token"),
  restoreBackup: t("Had a backup restored"),
  giveUpRestore: t("Gave a restore up"),
  addHost: t("Added an instance"),
  changeHost: t("Changed an instance"),
  removeHost: t("Removed an instance"),
  scanHost: t("Looked at an instance"),
  verifyHostById: t("Looked at or answered for the keys of an instance"),
  drainNode: t("Sent a machine to rest, or back to work"),
  removeNode: t("Removed a machine"),
  addChannel: t("Added a notification channel"),
  changeChannel: t("Changed a notification channel"),
  removeChannel: t("Removed a notification channel"),
  testChannel: t("Tested a notification channel"),
  testConnection: t("Tried a connection"),
  downloadImage: t("Downloaded an image"),
  importImage: t("Imported an image"),
  deleteImage: t("Deleted an image"),
  checkImageUpdates: t("Looked for newer images"),
  verifyFiles: t("Verified files"),
  reloadConfig: t("Checked the catalogue"),
  addModel: t("Added a model to the catalogue"),
  editModel: t("Changed a model of the catalogue"),
  deleteModel: t("Removed a model from the catalogue"),
  queueResources: t("Queued resources"),
  clearCompleted: t("Cleared what had ended"),
  downloadModel: t("Downloaded a model"),
  verifyHost: t("Looked at or answered for the keys of an instance"),
  imageServiceDownloadImage: t("Downloaded an image"),
  imageServiceImportImage: t("Imported an image"),
  imageServiceDeleteImage: t("Deleted an image"),
  retryResourceDownload: t("Retried a download"),
  deleteResourceDownload: t("Removed a download"),
};

/** Null for what has no words of its own: a call of aria2's interface, an address that is no route. */
export function deedWords(action: string): string | null {
  return Object.hasOwn(DEEDS, action) ? (DEEDS[action] ?? null) : null;
}

/** What stands before a deed that was none; null where it was done. */
export function refusalWords(status: number): string | null {
  if (status < 400) return null;
  return status < 500 ? t("Refused:") : t("Failed:");
}

export function whoWords({ who, via }: Pick<AuditMessage, "who" | "via">): string {
  switch (via) {
    case "loopback":
      return t("Somebody on this machine");
    case "token":
      return t("The server's token");
    case "nothing":
      return who === "" ? t("Somebody unknown") : who;
    default:
      return who;
  }
}
