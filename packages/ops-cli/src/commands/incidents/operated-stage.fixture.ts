import { incidentFixture } from '@tidemark/core/incidents/incident.fixture';
import type { IncidentItem } from '@tidemark/core/incidents/items';
import type { DeployedAlarm, IncidentsDeployment } from '@tidemark/core/incidents/settings';
import { Tables } from '../../aws/dynamodb.ts';
import { IncidentStage } from '../../incidents/stage.fixture.ts';
import type { Target } from '../../target.ts';
import type { Terminal } from '../../terminal.ts';
import { runUnattended } from '../../unattended.ts';

export const minuteMs = 60_000;
export const nowMs = Date.parse('2026-11-20T09:22:00Z');
export const openedMs = Date.parse('2026-11-20T09:10:00Z');
export const mail = 'email:oncall@example.org';
export const phone = 'sms:+4915112345678';
export const alarm: DeployedAlarm = {
  ...{ alarm: 'Tidemark-dev-web-few page views', source: 'web', name: 'few page views', severity: 'high' },
  ...{ summary: 'page view below 5 in 1m, 3 times', series: 'page view' },
  ...{ runbook: 'alarm-few', dashboard: 'https://example.org/dashboard' },
};
export const deployment: IncidentsDeployment = {
  ...{ stack: 'Tidemark-dev', stage: 'dev' },
  escalation: {
    tiers: [
      { notify: [mail], acknowledgeWithinMs: 5 * minuteMs, repeat: 1, severities: ['critical', 'high'] },
      { notify: [phone, mail], acknowledgeWithinMs: 10 * minuteMs, repeat: 1, severities: ['critical', 'high'] },
    ],
    ...{ rounds: 1, raiseAgainAfterMs: 240 * minuteMs, gatherMs: 20_000, joinWithinMs: 15 * minuteMs },
    maintenance: [{ cron: '0 2 ? * SUN *', zone: 'UTC', forMs: 120 * minuteMs, sources: ['rides'] }],
  },
  alarms: [
    alarm,
    { ...alarm, alarm: 'Tidemark-dev-rides-few page views', source: 'rides' },
    { ...alarm, alarm: 'Tidemark-dev-web-orders', name: 'orders', severity: 'low' },
    { ...alarm, alarm: 'Tidemark-dev-watchdog', source: '$stage', name: 'watchdog' },
    {
      ...{ alarm: 'Tidemark-dev-web-parts', source: 'web', name: 'parts', severity: 'high', runbook: 'alarm-parts' },
      summary: 'counting, publishing or archiving of web falls behind or fails',
      parts: ['lag', 'errors', 'throttles'].map((name) => ({
        ...{ alarm: `Tidemark-dev_web-${name}`, summary: `functions of web: ${name}`, runbook: `alarm-${name}` },
      })),
    },
  ],
};

/** `answer`: of the operator to questions; absent: nobody is there. */
interface Called extends Partial<Terminal> {
  readonly answer?: string;
  readonly target?: Target;
}

/** A stage with three sources whose operator runs `tidemark incidents`. */
export class OperatedStage {
  readonly stage: IncidentStage;
  readonly tables: Tables;
  #made = 0;

  private constructor(stage: IncidentStage) {
    this.stage = stage;
    this.tables = new Tables(stage.target.client);
  }

  static async start(): Promise<OperatedStage> {
    const sources = [{ name: 'web', buckets: ['1m', '1h'] as const }, { name: 'rides' }, { name: 'silent' }];
    return new OperatedStage(
      await IncidentStage.start(
        sources.map((source) => ({ ...source, buckets: [...(source.buckets ?? [])] })),
        deployment,
        nowMs,
      ),
    );
  }

  async stop(): Promise<void> {
    this.tables.close();
    await this.stage.stop();
  }

  run(argv: readonly string[], { answer, target = this.stage.target, ...more }: Called = {}) {
    return runUnattended(['incidents', ...argv], async () => target, {
      ...{ columns: 120, ...more },
      ...(answer === undefined ? {} : { ask: async () => answer }),
    });
  }

  /** Puts an incident into the table; answers with its id. */
  async put(fields: Partial<IncidentItem> = {}, source = 'web'): Promise<string> {
    const item = incidentFixture({ Alarm: alarm.alarm, Source: source, ...fields });
    const at = new Date(item.OpenedMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
    this.#made += 1;
    const id = `${at}Z-${String(this.#made).padStart(8, '0')}`;
    await this.tables.put('control', { ...item, Source: source, Item: `INCIDENT#${id}` });
    return id;
  }

  async itemOf(id: string, source = 'web'): Promise<IncidentItem> {
    return (await this.tables.controlItem('control', source, `INCIDENT#${id}`)) as unknown as IncidentItem;
  }
}

/** What an incident that recovered by itself at that moment has beside others. */
export function ended(atMs: number): Partial<IncidentItem> {
  return { Status: 'recovered', OpenedMs: atMs - 10 * minuteMs, OffMs: atMs - minuteMs, EndedMs: atMs };
}
