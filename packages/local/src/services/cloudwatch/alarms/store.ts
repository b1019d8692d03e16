import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Alarm, AlarmState } from './alarm.ts';

export interface KeptAlarm {
  readonly alarm: Alarm;
  readonly isOfTemplate: boolean;
  readonly state: AlarmState;
}

export const historyItemTypes = ['ConfigurationUpdate', 'StateUpdate', 'Action'] as const;
export type HistoryItemType = (typeof historyItemTypes)[number];

export interface HistoryItem {
  readonly alarmName: string;
  readonly kind: Alarm['kind'];
  readonly atMs: number;
  readonly type: HistoryItemType;
  readonly summary: string;
  /** JSON. */
  readonly data: string;
}

export interface HistoryQuery {
  readonly alarmName: string | undefined;
  readonly kinds: readonly Alarm['kind'][];
  readonly type: HistoryItemType | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  readonly newestFirst: boolean;
  readonly offset: number;
  readonly limit: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS alarm (
    name TEXT PRIMARY KEY, alarm TEXT NOT NULL, ofTemplate INTEGER NOT NULL, state TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS history (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL,
    summary TEXT NOT NULL, data TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS historyAt ON history (at);
  CREATE INDEX IF NOT EXISTS historyName ON history (name, at);
`;

/** As CloudWatch keeps it. */
const historyMsMax = 30 * 24 * 3_600_000;
const forgettingMs = 3_600_000;

/** Alarms with their states and histories, in SQLite: in memory, or in one file of a directory. */
export class AlarmStore {
  readonly #database: DatabaseSync;
  readonly #setState: StatementSync;
  readonly #addHistory: StatementSync;
  readonly #forgetHistory: StatementSync;
  /** When what is too old was forgotten last. */
  #forgottenMs = Number.NEGATIVE_INFINITY;

  constructor(directory: string | undefined) {
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
    this.#database = new DatabaseSync(directory === undefined ? ':memory:' : join(directory, 'alarms.sqlite'));
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    this.#database.exec(schema);
    this.#setState = this.#database.prepare('UPDATE alarm SET state = ? WHERE name = ?');
    this.#addHistory = this.#database.prepare(
      'INSERT INTO history (name, kind, at, type, summary, data) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#forgetHistory = this.#database.prepare('DELETE FROM history WHERE at < ?');
  }

  alarms(): readonly KeptAlarm[] {
    const rows = this.#database.prepare('SELECT alarm, ofTemplate, state FROM alarm ORDER BY name').all();
    return rows.map((row) => ({
      alarm: JSON.parse(String(row.alarm)) as Alarm,
      isOfTemplate: row.ofTemplate === 1,
      state: JSON.parse(String(row.state)) as AlarmState,
    }));
  }

  /** Keeps what is done to the store in `work` as one, which is quicker than one by one. */
  atOnce(work: () => void): void {
    this.#database.exec('BEGIN');
    try {
      work();
    } finally {
      this.#database.exec('COMMIT');
    }
  }

  put({ alarm, isOfTemplate, state }: KeptAlarm): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO alarm VALUES (?, ?, ?, ?)')
      .run(alarm.name, JSON.stringify(alarm), isOfTemplate ? 1 : 0, JSON.stringify(state));
  }

  setState(name: string, state: AlarmState): void {
    this.#setState.run(JSON.stringify(state), name);
  }

  remove(name: string): void {
    this.#database.prepare('DELETE FROM alarm WHERE name = ?').run(name);
  }

  addHistory({ alarmName, kind, atMs, type, summary, data }: HistoryItem): void {
    if (!(Math.abs(atMs - this.#forgottenMs) < forgettingMs)) {
      this.#forgetHistory.run(atMs - historyMsMax);
      this.#forgottenMs = atMs;
    }
    this.#addHistory.run(alarmName, kind, atMs, type, summary, data);
  }

  history({ alarmName, kinds, type, fromMs, toMs, newestFirst, offset, limit }: HistoryQuery): readonly HistoryItem[] {
    const order = newestFirst ? 'DESC' : 'ASC';
    const conditions: readonly (readonly [condition: string, ...values: (string | number)[]])[] = [
      ['at >= ? AND at <= ?', fromMs, toMs],
      [`kind IN (${kinds.map(() => '?').join(', ')})`, ...kinds],
      ...(alarmName === undefined ? [] : [['name = ?', alarmName] as const]),
      ...(type === undefined ? [] : [['type = ?', type] as const]),
    ];
    const where = conditions.map(([condition]) => condition).join(' AND ');
    const rows = this.#database
      .prepare(
        `SELECT name, kind, at, type, summary, data FROM history WHERE ${where} ORDER BY at ${order}, id ${order} LIMIT ? OFFSET ?`,
      )
      .all(...conditions.flatMap(([, ...values]) => values), limit, offset);
    return rows.map((row) => ({
      alarmName: String(row.name),
      kind: String(row.kind) as Alarm['kind'],
      atMs: Number(row.at),
      type: String(row.type) as HistoryItemType,
      summary: String(row.summary),
      data: String(row.data),
    }));
  }

  close(): void {
    this.#database.close();
  }
}
