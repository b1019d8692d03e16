import type { LogLine } from '../../lambda/host.ts';

/** Older lines of a group are forgotten, so that an engine can run for days. */
const linesMax = 10_000;

/** The newest lines of every log group, in memory. */
export class LogStore {
  readonly #groups = new Map<string, LogLine[]>();

  add(line: LogLine): void {
    const lines = this.#groups.get(line.logGroupName) ?? [];
    lines.push(line);
    // Half is dropped at once: dropping one a line would copy all of them every time.
    this.#groups.set(line.logGroupName, lines.length > linesMax ? lines.slice(linesMax / 2) : lines);
  }

  groups(): readonly string[] {
    return [...this.#groups.keys()].sort();
  }

  /** Oldest first; undefined for a group that nothing was written to. */
  lines(logGroupName: string): readonly LogLine[] | undefined {
    return this.#groups.get(logGroupName);
  }
}
