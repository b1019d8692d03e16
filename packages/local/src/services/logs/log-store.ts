import type { LogLine } from '../../lambda/host.ts';

/** Older lines of a group are forgotten, so that an engine can run for days. */
const linesMax = 10_000;

/** The newest lines of every log group, in memory. */
export class LogStore {
  readonly #groups = new Map<string, LogLine[]>();

  /** From now on the group exists, even with nothing in it. */
  open(logGroupName: string): void {
    if (!this.#groups.has(logGroupName)) this.#groups.set(logGroupName, []);
  }

  add(line: LogLine): void {
    const lines = this.#groups.get(line.logGroupName) ?? [];
    lines.push(line);
    // Half is dropped at once: dropping one a line would copy all of them every time.
    this.#groups.set(line.logGroupName, lines.length > linesMax ? lines.slice(linesMax / 2) : lines);
  }

  groups(): readonly string[] {
    return [...this.#groups.keys()].sort();
  }

  /** Oldest first; undefined for a group that does not exist. */
  lines(logGroupName: string): readonly LogLine[] | undefined {
    return this.#groups.get(logGroupName);
  }
}
