/** The output of a run as it comes: into the job's log, through the parser, into progress. */
import type { OutputReader, Seen } from "../../job/output-contract.ts";
import type { CommandProgress, ProgressReport, Stage } from "../../job/progress.ts";
import { REDACTED, redactText } from "../../job/redact.ts";
import type { LogPosition, RunEvent } from "../../job/run-contract.ts";
import type { CommandParts, CommandRun } from "./command-parts.ts";
import { firstProgress, toolOf } from "./first-progress.ts";
import { LineFolder } from "./fold-lines.ts";
import { secretValues } from "./give-secrets.ts";
import type { JobLog } from "./job-log.ts";
import { measureCommand } from "./measure-command.ts";
import { hasStalled, Silence } from "./silence.ts";
import { COMMAND, LOOK, PREPARE } from "./write-steps.ts";

/** Longest line of the log, in characters; a bar has a hundred. */
const MAX_LOGGED_LINE = 4096;
/** Of what our own texts say on the place: a line for each file. Characters. */
const MAX_OWN_OUTPUT = 256 * 1024;
/** Lines that are remembered for explaining how a command ended. */
const LAST_LINES = 20;

export class OutputTaker {
  readonly #run: CommandRun;
  readonly #log: JobLog;
  readonly #secrets: readonly string[];
  readonly #reader: OutputReader;
  readonly #see: (seen: Seen, event: Parameters<CommandParts["output"]["see"]>[1]) => Seen;
  #seen: Seen;
  #folder: LineFolder;
  #lines: string[] = [];
  #progress: CommandProgress;
  #stage: Stage = "connecting";
  #note: string | null = null;
  #restarts = 0;
  /** What was reported last: fewer mean that the tool has begun anew. */
  #reported: number;
  #own: Record<number, string> = {};
  #lastLines: string[] = [];
  #begun = false;
  #found: number | null = null;
  readonly #silence = new Silence();

  /** Goes on where the job's progress says, or begins. */
  static async open(run: CommandRun, log: JobLog, parts: CommandParts): Promise<OutputTaker> {
    const kept = run.job.progress.command ?? null;
    const same = kept !== null && kept.run === run.run && kept.step === run.index;
    // A log that is shorter than it should be is another one: everything is read anew.
    const goesOn = same && kept.loggedTo <= log.end;
    if (goesOn) {
      await log.rewind(kept.loggedTo);
      const taker = new OutputTaker(run, log, parts, kept);
      taker.#replay(await log.between(kept.loggedFrom, kept.loggedTo));
      return taker;
    }
    await log.append(`$ ${run.step.shown.replaceAll("\n", "\n> ")}\n`);
    return new OutputTaker(run, log, parts, firstProgress(run, log.end));
  }

  private constructor(run: CommandRun, log: JobLog, parts: CommandParts, progress: CommandProgress) {
    this.#run = run;
    this.#log = log;
    this.#secrets = secretValues(parts.credentials);
    this.#progress = progress;
    this.#seen = parts.output.nothingSeen;
    this.#see = parts.output.see;
    this.#begun = progress.begun;
    this.#reported = run.job.progress.bytesDone;
    this.#reader = parts.output.read(toolOf(run), (event) => {
      this.#seen = this.#see(this.#seen, event);
      if (event.type === "error") return;
      const { name, filename } = event;
      this.#progress = {
        ...this.#progress,
        event: { ...event, name: this.#hideIn(name), filename: this.#hideIn(filename) },
      };
    });
    this.#folder = this.#newFolder(progress.next);
  }

  get position(): LogPosition {
    return this.#progress.next;
  }

  get seen(): Seen {
    return this.#seen;
  }

  /** The tool, as far as its output told. */
  get tool(): OutputReader["tool"] {
    return this.#reader.tool;
  }

  /** What one of our own texts said. */
  saidBy(step: typeof PREPARE | typeof LOOK): string {
    return this.#own[step] ?? "";
  }

  get lastLines(): readonly string[] {
    return this.#lastLines;
  }

  async take(event: RunEvent): Promise<void> {
    switch (event.kind) {
      case "output":
        await this.#takeBytes(event.step, event.bytes, event.next);
        break;
      case "step_started":
        if (event.step === COMMAND) this.began();
        if (event.step === LOOK) this.#show("verifying", "looking at the files");
        if (event.step !== PREPARE) await this.#goOnFrom(event.next);
        break;
      case "step_ended":
        if (event.step === COMMAND) await this.#endOutput(event.next);
        break;
      case "gap":
        this.#lines.push("… (output that was not read in time is lost)");
        await this.#goOnFrom(event.next);
        break;
      case "reconnecting":
        this.#silence.reset();
        this.#show("reconnecting", event.failure.message);
        break;
      case "connected":
        this.#silence.reset();
        this.#show(this.#begun ? "downloading" : "connecting", null);
        break;
      case "state":
      case "ended":
      case "failed":
      case "asked":
        break;
      default:
        throw event satisfies never;
    }
    this.report();
  }

  /** The command is at work, or was: another try goes on from what it left. */
  began(): void {
    this.#silence.reset();
    this.#begun = true;
    this.#progress = { ...this.#progress, begun: true };
    this.#show("downloading", null);
  }

  /** The link to the place is down before anything was begun. */
  showTrouble(message: string | null): void {
    this.#show(message === null ? "connecting" : "reconnecting", message);
    this.report();
  }

  /** Tells of a silence that is too long. Answers whether the command has stalled. */
  lookAtSilence(passedMs: number, stallMs: number): boolean {
    if (this.#stage !== "downloading") return false;
    this.#silence.passed(passedMs);
    this.#show("downloading", this.#silence.note(stallMs));
    this.report();
    return this.#silence.stillMs >= stallMs && hasStalled(this.#run.step, this.#progress.event);
  }

  /** What the files of the command were found to have: tools need not say it. */
  found(bytes: number): void {
    this.#found = bytes;
    this.report();
  }

  /** A line of our own at the end of the log. */
  async close(line: string): Promise<void> {
    this.#lines.push(line);
    await this.#flush();
  }

  report(): void {
    const { share, bytesDone, bytesTotal } = this.#measure();
    if (bytesDone < this.#reported) this.#restarts += 1;
    this.#reported = bytesDone;
    const bytesHere = bytesDone - this.#progress.bytesBefore;
    if (share !== this.#progress.share || bytesHere !== this.#progress.bytesHere)
      this.#progress = { ...this.#progress, share, bytesHere };
    const report: ProgressReport = {
      stage: this.#stage,
      bytesDone,
      bytesTotal,
      connections: this.#stage === "downloading" ? 1 : 0,
      bytesVerified: null,
      note: this.#note ?? this.#run.step.title,
      restarts: this.#restarts,
      command: this.#progress,
    };
    this.#run.report(report);
  }

  #measure(): ReturnType<typeof measureCommand> {
    const { event, bytesBefore } = this.#progress;
    const { share, bytesDone, bytesTotal } = measureCommand(
      this.#run.job.steps,
      this.#run.index,
      event,
      bytesBefore,
    );
    if (this.#found !== null) {
      const isLast = this.#run.index === this.#run.job.steps.length - 1;
      const bytes = bytesBefore + this.#found;
      return { share, bytesDone: bytes, bytesTotal: isLast ? bytes : bytesTotal };
    }
    // Until the tool tells bytes, those of the run before count: it may go on from them.
    if (event?.all.bytes_done != null) return { share, bytesDone, bytesTotal };
    return { share, bytesDone: Math.max(bytesDone, this.#reported), bytesTotal };
  }

  async #takeBytes(step: number, bytes: Uint8Array, next: LogPosition): Promise<void> {
    if (step !== COMMAND) {
      // Not a place to go on from: these few lines are read as a whole.
      const text = (this.#own[step] ?? "") + Buffer.from(bytes).toString("utf8");
      this.#own[step] = text.slice(-MAX_OWN_OUTPUT);
      if (step === LOOK && text.includes("@hashing")) this.#show("verifying", "computing the hash there");
      return;
    }
    this.#reader.write(bytes);
    this.#reader.settle();
    this.#silence.heard(this.#progress.event?.all.bytes_done ?? 0);
    this.#folder.write(bytes, next);
    await this.#flush();
  }

  async #endOutput(next: LogPosition): Promise<void> {
    this.#reader.end();
    this.#folder.end(next);
    await this.#flush();
  }

  /** Everything before this place was taken in. */
  async #goOnFrom(next: LogPosition): Promise<void> {
    this.#folder.end(next);
    this.#folder = this.#newFolder(next);
    await this.#flush();
  }

  #newFolder(from: LogPosition): LineFolder {
    return new LineFolder(from, (line) => this.#lines.push(line));
  }

  async #flush(): Promise<void> {
    const lines = this.#lines.splice(0).map((line) => this.#hide(line).slice(0, MAX_LOGGED_LINE));
    if (lines.length > 0) {
      this.#lastLines = [...this.#lastLines, ...lines.filter((line) => line.trim() !== "")].slice(
        -LAST_LINES,
      );
      await this.#log.append(`${lines.join("\n")}\n`);
    }
    const { open, position } = this.#folder;
    this.#log.openLine = open === null ? null : this.#hide(open).slice(0, MAX_LOGGED_LINE);
    this.#progress = { ...this.#progress, next: position, loggedTo: this.#log.end };
  }

  /** What was taken in before a restart: it says what files there are and how far the tool is. */
  #replay(text: Uint8Array): void {
    this.#reader.write(text);
    this.#lastLines = Buffer.from(text)
      .toString("utf8")
      .split("\n")
      .filter((line) => line.trim() !== "")
      .slice(-LAST_LINES);
    if (this.#begun) this.#stage = "downloading";
  }

  #show(stage: Stage, note: string | null): void {
    this.#stage = stage;
    this.#note = note === null ? null : this.#hide(note);
  }

  #hide(text: string): string {
    return redactText(this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text));
  }

  #hideIn(text: string | null): string | null {
    return text === null ? null : this.#hide(text);
  }
}
