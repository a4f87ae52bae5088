/** What the server asks of the metrics. */

/** One answer of the server, by route: addresses may hold what people search for. */
export interface AnsweredRequest {
  method: string;
  /** As it is declared, `/jobs/:id`; null: no route fits. */
  route: string | null;
  status: number;
  seconds: number;
}

export interface Metrics {
  /** Of the text format of Prometheus. */
  readonly contentType: string;
  /** Everything there is, as it is now. Holds no names of files, hosts or people. */
  text(): Promise<string>;
  answered(request: AnsweredRequest): void;
  /** An event stream was opened; to be called when it has ended. */
  streamOpened(): () => void;
}
