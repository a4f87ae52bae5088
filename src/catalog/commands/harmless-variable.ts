const HARMLESS =
  /^(?:HF_TOKEN|CIVITAI_API_KEY|HF_HUB_(?:ENABLE_HF_TRANSFER|DISABLE_XET|DISABLE_PROGRESS_BARS|DISABLE_TELEMETRY|DOWNLOAD_TIMEOUT|ETAG_TIMEOUT)|HF_XET_HIGH_PERFORMANCE|GIT_LFS_(?:SKIP_SMUDGE|FORCE_PROGRESS)|GIT_TERMINAL_PROMPT|TQDM_\w+|PYTHONUNBUFFERED|LANG|LANGUAGE|LC_\w+|COLUMNS|NO_COLOR)$/;

/**
 * True for variables that let no program fetch anything else, from anywhere else, or run anything: not
 * `PATH` or `LD_PRELOAD`, and not `HF_ENDPOINT`, which would get the token.
 */
export function isHarmless(variable: string): boolean {
  return HARMLESS.test(variable);
}
