import type { TidemarkInput } from '@tidemark/core/config/input';
import type { AlarmState } from '@tidemark/core/incidents/alarm-event';
import { incidentId } from '@tidemark/core/incidents/incident-id';
import type { InboxMessage } from '@tidemark/local/services/sns/inbox';
import { runCommand } from '../command.ts';
import { type Stack, type StackOptions, startStack } from '../exactness/stack.ts';
import { FoundIncidents } from './found-incidents.ts';
import { Quiet } from './quiet.ts';

export const minuteMs = 60_000;
/** The name of the source whose alarms turn on. */
const source = 'web';

/** Whom to tell, and how alarms of one source are called. */
export interface TrialSettings {
  readonly alarms: readonly string[];
  readonly escalation: NonNullable<TidemarkInput['escalation']>;
  /** Other than high. */
  readonly severity?: 'critical' | 'low';
}

/** Counted as they come, so that nothing waits. */
export function trialSource({ alarms, severity }: Pick<TrialSettings, 'alarms' | 'severity'>) {
  return {
    event: { name: 'event_type', time: 'utc_timestamp' },
    ...{ stream: { shards: 1 }, count: { batchWindowSeconds: 0 }, publish: { batchWindowSeconds: 0 } },
    buckets: ['1m'],
    alarms: alarms.map((name) => ({
      ...({ series: name, below: 5, per: '1m', for: 3, name } as const),
      ...(severity === undefined ? {} : { severity }),
    })),
  } as const;
}

/** Incidents of one source on a running stack: turns alarms on and off, lets time pass, reads what became of it. */
export class IncidentTrial {
  readonly stack: Stack;
  readonly quiet: Quiet;
  readonly found: FoundIncidents;

  /** `grainMs`: time passes in steps of it. */
  constructor(stack: Stack, grainMs = 1) {
    this.stack = stack;
    this.quiet = new Quiet(stack.engine, grainMs);
    this.found = new FoundIncidents(stack, source);
    // What else goes by the clock would only take time.
    for (const { name } of stack.engine.rules.list())
      if (!name.includes('Escalation')) stack.engine.rules.disable(name);
  }

  /** Time passes as on a wall, but for what nobody does anything in. */
  static async start(settings: TrialSettings, options: StackOptions = {}): Promise<IncidentTrial> {
    const configuration = { sources: { [source]: trialSource(settings) }, escalation: settings.escalation };
    return new IncidentTrial(await startStack(configuration, { clockFactor: 1, ...options }));
  }

  async stop(): Promise<void> {
    this.found.close();
    await this.stack.stop();
  }

  get nowMs(): number {
    return this.stack.engine.clock.now();
  }

  /** An alarm's name in CloudWatch. */
  alarm(name: string): string {
    return `${this.stack.engine.stackName}-${source}-${name}`;
  }

  /** Puts an alarm into a state, as `SetAlarmState` does. Returns the incident that belongs to the transition where it turned on. */
  turn(name: string, value: AlarmState): string {
    const { alarms } = this.stack.engine;
    alarms.setState(this.alarm(name), { value, reason: 'put into this state by a trial', reasonData: undefined });
    return incidentId(this.alarm(name), alarms.get(this.alarm(name))?.state.atMs ?? Number.NaN);
  }

  /** So that alarms are not those of a fresh deployment any more. */
  async arm(names: readonly string[]): Promise<void> {
    for (const name of names) this.turn(name, 'OK');
    await this.quiet.settled();
  }

  /** Every message since one of that id, in the order of their arrival. */
  messages(after: number): readonly InboxMessage[] {
    return this.stack.engine.inbox.list({ after });
  }

  /** The id of the newest message. */
  get latestMessage(): number {
    return this.messages(0).at(-1)?.id ?? 0;
  }

  async incident(incident: string) {
    return (await this.found.incidents(source)).find((each) => each.incident === incident)?.item;
  }

  /** Until an incident is in a state, at a moment in which nothing is done. */
  until(incident: string, status: string) {
    return this.quiet.until(`${incident} is ${status}`, async () => {
      const item = await this.incident(incident);
      return item?.Status === status && item;
    });
  }

  /** Until nothing of any incident is under way any more. */
  ended(): Promise<true> {
    return this.quiet.until('all executions have ended', async () =>
      (await this.found.executions()).every(({ status }) => status !== 'RUNNING'),
    ) as Promise<true>;
  }

  /** `tidemark`, in JSON. */
  async tidemark(...argv: string[]) {
    const { exitCode, out, error } = await runCommand(this.stack.engine, [...argv, '--json']);
    if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${error}`);
    return JSON.parse(out);
  }
}
