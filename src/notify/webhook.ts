/** Webhooks as Standard Webhooks has them: every receiver's library can check who sent them and when. */
import { createHmac } from "node:crypto";
import type { ChannelSettings } from "../job/notify/channel.ts";
import type { Wording } from "../job/notify/digest.ts";
import type { Parcel } from "./deliver.ts";
import { payloadOf } from "./payload.ts";
import type { HttpMessage } from "./send-request.ts";

/** Before the base64 of the key. */
const SECRET_PREFIX = "whsec_";

/** @param now of this try: a receiver refuses what was signed long ago, and a late try must not look like a replay */
export function webhookRequest(
  { url, secret }: Extract<ChannelSettings, { kind: "webhook" }>,
  parcel: Parcel,
  wording: Wording,
  now: number,
): HttpMessage {
  const body = JSON.stringify(payloadOf(parcel, wording));
  const timestamp = String(Math.floor(now / 1000));
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), "base64");
  const signature = createHmac("sha256", key).update(`${parcel.id}.${timestamp}.${body}`).digest("base64");
  return {
    url,
    body,
    headers: {
      "webhook-id": parcel.id,
      "webhook-timestamp": timestamp,
      "webhook-signature": `v1,${signature}`,
    },
  };
}
