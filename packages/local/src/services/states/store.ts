import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { ExecutionRecord, MapRunRecord } from './execution-record.ts';

const schema = `
  CREATE TABLE IF NOT EXISTS definition (hash TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS execution (
    number INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, machine TEXT NOT NULL, map_run TEXT,
    status TEXT NOT NULL, redriven INTEGER NOT NULL, definition TEXT NOT NULL, record TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS execution_of_machine ON execution (machine, number);
  CREATE INDEX IF NOT EXISTS execution_of_map_run ON execution (map_run, number);
  CREATE TABLE IF NOT EXISTS event (
    execution TEXT NOT NULL, id INTEGER NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (execution, id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS map_run (
    number INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, execution TEXT NOT NULL, record TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS map_run_of_execution ON map_run (execution, number);
`;

const stoppedBefore = "json_extract(record, '$.stoppedMs') < ?";

const statements = {
  addDefinition: 'INSERT OR IGNORE INTO definition VALUES (?, ?)',
  addExecution:
    'INSERT INTO execution (arn, machine, map_run, status, redriven, definition, record) VALUES (?, ?, ?, ?, ?, ?, ?)',
  updateExecution: 'UPDATE execution SET status = ?, redriven = ?, record = ? WHERE arn = ?',
  findExecution: 'SELECT record, text FROM execution JOIN definition ON hash = execution.definition WHERE arn = ?',
  running: "SELECT arn FROM execution WHERE status = 'RUNNING' ORDER BY number",
  removeEvents: 'DELETE FROM event WHERE execution = ?',
  removeExecution: 'DELETE FROM execution WHERE arn = ?',
  oldEvents: `DELETE FROM event WHERE execution IN (SELECT arn FROM execution WHERE ${stoppedBefore})`,
  oldExecutions: `DELETE FROM execution WHERE ${stoppedBefore}`,
  oldMapRuns: 'DELETE FROM map_run WHERE execution NOT IN (SELECT arn FROM execution)',
  addEvent: 'INSERT INTO event VALUES (?, ?, ?, ?)',
  lastEvent: 'SELECT max(id) AS id FROM event WHERE execution = ?',
  putMapRun:
    'INSERT INTO map_run (arn, execution, record) VALUES (?, ?, ?) ON CONFLICT (arn) DO UPDATE SET record = excluded.record',
  findMapRun: 'SELECT record FROM map_run WHERE arn = ?',
  mapRuns: 'SELECT record FROM map_run WHERE execution = ? ORDER BY number DESC',
  unfinishedMapRuns: `SELECT record FROM map_run WHERE json_extract(record, '$.status') = 'RUNNING'`,
} as const;

export interface ExecutionsWanted {
  /** One of both. */
  readonly stateMachineArn?: string | undefined;
  readonly mapRunArn?: string | undefined;
  readonly status?: string | undefined;
  /** Whether they were redriven; both without it. */
  readonly isRedriven?: boolean | undefined;
  /** Those before it; from the newest on without it. */
  readonly before?: number | undefined;
  readonly max: number;
}

/** Executions, their histories and map runs, in SQLite: in memory, or in one file of a directory, where each call is written before it returns. */
export class ExecutionStore {
  readonly #database: DatabaseSync;
  readonly #prepared: Readonly<Record<keyof typeof statements, StatementSync>>;

  constructor(directory: string | undefined) {
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
    this.#database = new DatabaseSync(directory === undefined ? ':memory:' : join(directory, 'states.sqlite'));
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    this.#database.exec(schema);
    const names = Object.keys(statements) as (keyof typeof statements)[];
    const prepared = names.map((name) => [name, this.#database.prepare(statements[name])] as const);
    this.#prepared = Object.fromEntries(prepared) as Record<keyof typeof statements, StatementSync>;
  }

  add({ definition, ...record }: ExecutionRecord): void {
    const hash = createHash('sha256').update(definition).digest('hex');
    this.#prepared.addDefinition.run(hash, definition);
    const { executionArn, stateMachineArn, mapRunArn = null, status, redriveCount } = record;
    const text = JSON.stringify(record);
    this.#prepared.addExecution.run(executionArn, stateMachineArn, mapRunArn, status, redriveCount, hash, text);
  }

  update({ definition: _, ...record }: ExecutionRecord): void {
    const { executionArn, status, redriveCount } = record;
    this.#prepared.updateExecution.run(status, redriveCount, JSON.stringify(record), executionArn);
  }

  find(executionArn: string): ExecutionRecord | undefined {
    const row = this.#prepared.findExecution.get(executionArn);
    return row === undefined ? undefined : recordOf(row);
  }

  /** With its history. */
  remove(executionArn: string): void {
    this.#prepared.removeEvents.run(executionArn);
    this.#prepared.removeExecution.run(executionArn);
  }

  /** Forgets executions that stopped before that time. */
  forget(beforeMs: number): void {
    this.#prepared.oldEvents.run(beforeMs);
    this.#prepared.oldExecutions.run(beforeMs);
    this.#prepared.oldMapRuns.run();
  }

  /** ARNs of those that run, or ran when they were kept, in the order of their start. */
  running(): readonly string[] {
    return this.#prepared.running.all().map(({ arn }) => String(arn));
  }

  /** Newest first, each with the number to go on before. */
  list({ stateMachineArn, mapRunArn, status, isRedriven, before, max }: ExecutionsWanted) {
    const conditions: [condition: string, ...value: (string | number)[]][] = [
      mapRunArn === undefined ? ['machine = ? AND map_run IS NULL', stateMachineArn ?? ''] : ['map_run = ?', mapRunArn],
    ];
    if (status !== undefined) conditions.push(['status = ?', status]);
    if (isRedriven !== undefined) conditions.push([isRedriven ? 'redriven > 0' : 'redriven = 0']);
    if (before !== undefined) conditions.push(['number < ?', before]);
    const where = conditions.map(([condition]) => condition).join(' AND ');
    const rows = this.#database
      .prepare(
        `SELECT number, record, text FROM execution JOIN definition ON hash = execution.definition
          WHERE ${where} ORDER BY number DESC LIMIT ?`,
      )
      .all(...conditions.flatMap(([, ...values]) => values), max);
    return rows.map((row) => ({ number: Number(row.number), record: recordOf(row) }));
  }

  addEvent(executionArn: string, { timestamp, ...event }: HistoryEvent): void {
    const atMs = timestamp?.getTime() ?? 0;
    this.#prepared.addEvent.run(executionArn, event.id ?? 0, atMs, JSON.stringify(event));
  }

  /** 0 where there is none. */
  lastEventId(executionArn: string): number {
    return Number(this.#prepared.lastEvent.get(executionArn)?.id ?? 0);
  }

  /** Ascending from behind the event `from`, or descending from before it. */
  events(
    executionArn: string,
    { from, max, reverse }: { from: number; max: number; reverse: boolean },
  ): HistoryEvent[] {
    const [comparison, order] = reverse ? ['<', 'DESC'] : ['>', 'ASC'];
    const rows = this.#database
      .prepare(`SELECT at, event FROM event WHERE execution = ? AND id ${comparison} ? ORDER BY id ${order} LIMIT ?`)
      .all(executionArn, from, max);
    return rows.map(({ at, event }) => ({
      timestamp: new Date(Number(at)),
      ...(JSON.parse(String(event)) as Omit<HistoryEvent, 'timestamp'>),
    }));
  }

  putMapRun(record: MapRunRecord): void {
    this.#prepared.putMapRun.run(record.mapRunArn, record.executionArn, JSON.stringify(record));
  }

  findMapRun(arn: string): MapRunRecord | undefined {
    const row = this.#prepared.findMapRun.get(arn);
    return row === undefined ? undefined : (JSON.parse(String(row.record)) as MapRunRecord);
  }

  /** Newest first. */
  mapRuns(executionArn: string): readonly MapRunRecord[] {
    return this.#prepared.mapRuns.all(executionArn).map(({ record }) => JSON.parse(String(record)) as MapRunRecord);
  }

  /** Those that run, or ran when they were kept. */
  unfinishedMapRuns(): readonly MapRunRecord[] {
    return this.#prepared.unfinishedMapRuns.all().map(({ record }) => JSON.parse(String(record)) as MapRunRecord);
  }

  close(): void {
    this.#database.close();
  }
}

function recordOf({ record, text }: Record<string, SQLOutputValue>): ExecutionRecord {
  return { ...(JSON.parse(String(record)) as Omit<ExecutionRecord, 'definition'>), definition: String(text) };
}
