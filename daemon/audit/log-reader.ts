import type { Head } from "../../core/audit/chain.ts";
import type { AuditEvent } from "../../core/audit/event.ts";
import { ChainCheck, type ChainReport } from "../../core/audit/verify.ts";
import { linesForward } from "./lines.ts";
import { type LogFile, listLogFiles } from "./log-files.ts";
import { type EventSearch, LogSearch } from "./search.ts";

/** Reads the files of one log. */
export class LogReader {
  readonly #dir: string;
  readonly #written: () => { readonly day: string; readonly size: number } | undefined;
  readonly #search = new LogSearch();

  /** `written` returns the day of the file that is being written, and how many of its bytes are on disk. */
  constructor(dir: string, written: () => { readonly day: string; readonly size: number } | undefined) {
    this.#dir = dir;
    this.#written = written;
  }

  /** The newest matching events, in the order of writing. */
  search(query: EventSearch): Promise<AuditEvent[]> {
    return this.#search.run(this.#list(), query);
  }

  /** Reads every file and verifies the chain against `checkpoints`. */
  async verify(checkpoints: readonly Head[]): Promise<ChainReport> {
    const check = new ChainCheck(checkpoints);
    for (const { path, name, size } of this.#list()) {
      let line = 0;
      for await (const lines of linesForward(path, 0, size))
        for (const bytes of lines) check.push({ file: name, line: ++line, bytes });
    }
    return check.finish();
  }

  #list(): LogFile[] {
    const written = this.#written();
    return listLogFiles(this.#dir).map((file) =>
      file.day === written?.day ? { ...file, open: true, size: written.size } : file,
    );
  }
}
