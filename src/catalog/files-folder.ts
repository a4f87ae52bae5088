/**
 * Files asked for by URL go into this folder of the downloads folder. Not into the downloads folder itself:
 * its JSON files are a way into the queue (CONTRACT §6), and no server may choose a name that is one of them.
 */
export const FILES_FOLDER = "files";
