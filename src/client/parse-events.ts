/** Reads `text/event-stream` as the WHATWG HTML standard §9.2.6 says, from chunks cut anywhere. */

/**
 * Characters one line may have, and the data of one event together, at most. A snapshot is one event: 64 Mi
 * characters are some 40,000 jobs. Whoever sends more would otherwise fill the memory.
 */
const MAX_EVENT_CHARS = 64 * 1024 * 1024;
/** Longest reconnection time a server may ask for; a longer wish is taken as this. */
const MAX_RETRY_MS = 60_000;

export interface StreamEvent {
  /** `message` where the stream names none. */
  type: string;
  data: string;
  /** The last `id` of the stream so far; empty if there was none. */
  lastEventId: string;
}

/** The stream holds a line or an event beyond all bounds: it cannot be read on. */
export class OverlongEvent extends Error {
  override readonly name = "OverlongEvent";
}

/** Takes the bytes of one connection and gives its events. A new connection needs a new parser. */
export class EventParser {
  #decoder = new TextDecoder("utf-8"); // one leading byte order mark is dropped, as the standard asks
  #line = "";
  #afterCr = false;
  #type = "";
  #data: string[] = [];
  #dataChars = 0;
  #lastEventId: string;
  #retryMs: number | null = null;
  #maxChars: number;

  constructor(lastEventId = "", maxChars: number = MAX_EVENT_CHARS) {
    this.#lastEventId = lastEventId;
    this.#maxChars = maxChars;
  }

  /** The `id` given last, also where its event is not complete yet; empty if there was none. */
  get lastEventId(): string {
    return this.#lastEventId;
  }

  /** The reconnection time the server asked for, if it did. */
  get retryMs(): number | null {
    return this.#retryMs;
  }

  /** The events these bytes complete. What is not complete when the stream ends is no event. */
  push(bytes: Uint8Array): StreamEvent[] {
    const events: StreamEvent[] = [];
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === "") return events;
    // A line may end in CR LF; when the chunk ended between the two, the LF belongs to that end.
    if (this.#afterCr && text.startsWith("\n")) text = text.slice(1);
    const end = /\r\n|\r|\n/g;
    let from = 0;
    for (let match = end.exec(text); match !== null; match = end.exec(text)) {
      this.#readLine(this.#line + text.slice(from, match.index), events);
      this.#line = "";
      from = end.lastIndex;
    }
    this.#afterCr = text.endsWith("\r");
    this.#line += text.slice(from);
    this.#bound(this.#line.length);
    return events;
  }

  #readLine(line: string, events: StreamEvent[]): void {
    this.#bound(line.length);
    if (line === "") return this.#dispatch(events);
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment: the heartbeat
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    this.#takeField(field, value);
  }

  #takeField(field: string, value: string): void {
    switch (field) {
      case "event":
        this.#type = value;
        return;
      case "data":
        this.#dataChars += value.length + 1;
        this.#bound(this.#dataChars);
        this.#data.push(value);
        return;
      case "id":
        // "If the field value does not contain U+0000 NULL"
        if (!value.includes("\0")) this.#lastEventId = value;
        return;
      case "retry":
        // "If the field value consists of only ASCII digits"
        if (/^[0-9]+$/.test(value)) this.#retryMs = Math.min(Number(value), MAX_RETRY_MS);
        return;
      default: // "Otherwise, the field is ignored."
    }
  }

  #dispatch(events: StreamEvent[]): void {
    const type = this.#type;
    const data = this.#data;
    this.#type = "";
    this.#data = [];
    this.#dataChars = 0;
    // "If the data buffer is an empty string, set the data buffer and the event type buffer to the
    // empty string and return." One empty data line leaves a line feed in the buffer, which is not empty.
    if (data.length === 0) return;
    events.push({
      type: type === "" ? "message" : type,
      data: data.join("\n"),
      lastEventId: this.#lastEventId,
    });
  }

  #bound(chars: number): void {
    if (chars > this.#maxChars)
      throw new OverlongEvent(`the stream holds an event of more than ${this.#maxChars} characters`);
  }
}
