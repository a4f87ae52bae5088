/** Amazon S3 in any region and style of address: `s3.eu-west-1.`, `bucket.s3.`, `bucket.s3-us-west-2.`, dualstack. */
const S3_HOST = /(?:^|\.)s3(?:[.-][a-z0-9.-]{1,60})?\.amazonaws\.com(?:\.cn)?$/;

/**
 * Amazon S3 tells the checksum it keeps only to who asks for it (GetObject, `x-amz-checksum-mode`). A signed
 * request must sign every `x-amz-` header, else it is refused with "headers present in the request which were
 * not signed": so only requests that nobody signed are given one.
 */
export function checksumHint(url: URL, given: Readonly<Record<string, string>>): Record<string, string> {
  const signed = url.search !== "" || "authorization" in given;
  return S3_HOST.test(url.hostname) && !signed ? { "x-amz-checksum-mode": "ENABLED" } : {};
}
