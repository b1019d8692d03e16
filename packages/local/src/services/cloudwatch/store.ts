import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Datapoint, Datum, Dimension, Metric } from './metric.ts';
import { PendingPoints } from './pending.ts';

export interface Dashboard {
  readonly name: string;
  readonly body: string;
  readonly modifiedMs: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS metric (
    id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, dimensions TEXT NOT NULL,
    UNIQUE (namespace, name, dimensions)
  );
  CREATE TABLE IF NOT EXISTS point (
    metric INTEGER NOT NULL, at INTEGER NOT NULL,
    count REAL NOT NULL, sum REAL NOT NULL, minimum REAL NOT NULL, maximum REAL NOT NULL,
    PRIMARY KEY (metric, at)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS dashboard (name TEXT PRIMARY KEY, body TEXT NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
`;

const addPoint = `
  INSERT INTO point VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (metric, at) DO UPDATE SET
    count = count + excluded.count, sum = sum + excluded.sum,
    minimum = min(minimum, excluded.minimum), maximum = max(maximum, excluded.maximum)
`;

const selectPoints = `
  SELECT at, count, sum, minimum, maximum FROM point WHERE metric =
    (SELECT id FROM metric WHERE namespace = ? AND name = ? AND dimensions = ?) AND at >= ? AND at < ? ORDER BY at
`;

/** So many points at most wait in memory to be written. */
const pendingMax = 10_000;

/**
 * Metrics by the minute, and dashboards, in SQLite: in memory, or in one file of a directory, where every call is one
 * transaction, written before it is answered.
 */
export class MetricStore {
  readonly #database: DatabaseSync;
  readonly #ids = new Map<string, number>();
  /** By metric. */
  readonly #puts = new Map<string, number>();
  readonly #points: StatementSync;
  readonly #pending = new PendingPoints();

  constructor(directory: string | undefined) {
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
    this.#database = new DatabaseSync(directory === undefined ? ':memory:' : join(directory, 'cloudwatch.sqlite'));
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    this.#database.exec(schema);
    this.#points = this.#database.prepare(selectPoints);
  }

  /** Adds all of them or, when it throws, none. */
  add(data: readonly Datum[]): void {
    const insert = this.#database.prepare(addPoint);
    this.#database.exec('BEGIN');
    try {
      for (const { metric, atMs, sampleCount, sum, minimum, maximum } of data) {
        insert.run(this.#idOf(metric), atMs, sampleCount, sum, minimum, maximum);
      }
      this.#database.exec('COMMIT');
      for (const { metric } of data) {
        const key = keyOf(metric);
        this.#puts.set(key, (this.#puts.get(key) ?? 0) + 1);
      }
    } catch (error) {
      this.#database.exec('ROLLBACK');
      this.#ids.clear();
      throw error;
    }
  }

  /** Adds one value at the start of a minute. It is written when something is read, or the store is closed: a crash may lose it. */
  addSoon(metric: Metric, atMs: number, value: number): void {
    this.#pending.add(metric, atMs, value);
    if (this.#pending.count >= pendingMax) this.#writePending();
  }

  /** Minutes from `fromMs` on and before `toMs`, ascending. */
  points(metric: Metric, fromMs: number, toMs: number): readonly Datapoint[] {
    this.#writePending();
    const { namespace, metricName, dimensions } = metric;
    const rows = this.#points.all(namespace, metricName, JSON.stringify(dimensions), fromMs, toMs);
    return rows.map((row) => ({
      atMs: Number(row.at),
      sampleCount: Number(row.count),
      sum: Number(row.sum),
      minimum: Number(row.minimum),
      maximum: Number(row.maximum),
    }));
  }

  /** How many data of the metric were added since the start: where it is as before, so are its points. */
  putsOf(metric: Metric): number {
    this.#writePending();
    return this.#puts.get(keyOf(metric)) ?? 0;
  }

  /** By namespace, name and dimensions. */
  metrics(): readonly Metric[] {
    this.#writePending();
    const rows = this.#database
      .prepare('SELECT namespace, name, dimensions FROM metric ORDER BY namespace, name, dimensions')
      .all();
    return rows.map((row) => ({
      namespace: String(row.namespace),
      metricName: String(row.name),
      dimensions: JSON.parse(String(row.dimensions)) as readonly Dimension[],
    }));
  }

  putDashboard({ name, body, modifiedMs }: Dashboard): void {
    this.#database.prepare('INSERT OR REPLACE INTO dashboard VALUES (?, ?, ?)').run(name, body, modifiedMs);
  }

  /** By name. */
  dashboards(): readonly Dashboard[] {
    const rows = this.#database.prepare('SELECT name, body, modified FROM dashboard ORDER BY name').all();
    return rows.map((row) => ({ name: String(row.name), body: String(row.body), modifiedMs: Number(row.modified) }));
  }

  /** Whether there was one of that name. */
  deleteDashboard(name: string): boolean {
    return this.#database.prepare('DELETE FROM dashboard WHERE name = ?').run(name).changes > 0;
  }

  close(): void {
    this.#writePending();
    this.#database.close();
  }

  #writePending(): void {
    if (this.#pending.count > 0) this.add(this.#pending.take());
  }

  #idOf(metric: Metric): number {
    const { namespace, metricName, dimensions } = metric;
    const key = keyOf(metric);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const identity = [namespace, metricName, JSON.stringify(dimensions)];
    this.#database
      .prepare('INSERT OR IGNORE INTO metric (namespace, name, dimensions) VALUES (?, ?, ?)')
      .run(...identity);
    const row = this.#database
      .prepare('SELECT id FROM metric WHERE namespace = ? AND name = ? AND dimensions = ?')
      .get(...identity);
    const id = Number(row?.id);
    this.#ids.set(key, id);
    return id;
  }
}

function keyOf({ namespace, metricName, dimensions }: Metric): string {
  return JSON.stringify([namespace, metricName, dimensions]);
}
