import type { AlarmState } from '@tidemark/core/incidents/alarm-event';
import { contactTopicSuffix } from '@tidemark/core/incidents/contact-topic';
import { incidentId } from '@tidemark/core/incidents/incident-id';
import type { IncidentItem } from '@tidemark/core/incidents/items';
import type { DeployedAlarm, EscalationSettings, IncidentsDeployment } from '@tidemark/core/incidents/settings';
import type { SendAnswer, TickAnswer } from '@tidemark/core/incidents/steps';
import { put, scan } from './dynamodb-local.ts';
import { EscalationStandIn } from './escalation-stand-in.ts';
import type { Instance } from './instance.ts';
import type { Deployment } from './stage.ts';
import { Stage } from './stage.ts';

export const minuteMs = 60_000;
const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:shop-escalate';
export const topicPrefix = 'arn:aws:sns:us-east-1:000000000000:shop-contact-';
export const url = 'https://acknowledge.example/';

export const mail = 'email:oncall@example.org';
export const phone = 'sms:+4915112345678';
export const hook = 'https://hooks.example.org/x';
export const pager = 'arn:aws:sns:eu-central-1:123456789012:pager';

export const alarm: DeployedAlarm = {
  ...{ alarm: 'shop-web-few', source: 'web', name: 'few', severity: 'high' },
  ...{ summary: 'page view below 5 in 1m, 3 times', series: 'page view' },
  ...{ runbook: 'alarm-few-events', dashboard: 'https://example.org/dashboard' },
};

export const topicOf = (contact: string) => topicPrefix + contactTopicSuffix(contact);

/** Two tiers; whoever is told answers at once or not at all. */
export const settings: EscalationSettings = {
  tiers: [
    { notify: [mail, phone], acknowledgeWithinMs: 5 * minuteMs, repeat: 1, severities: ['critical', 'high'] },
    { notify: [hook, pager], acknowledgeWithinMs: 5 * minuteMs, repeat: 1, severities: ['critical', 'high'] },
  ],
  ...{ rounds: 1, raiseAgainAfterMs: 240 * minuteMs, gatherMs: 20_000, joinWithinMs: 15 * minuteMs, maintenance: [] },
};

/** DynamoDB Local, behind something that can hurt calls, and what notes the calls of Step Functions, SNS and CloudWatch. */
export class IncidentStage {
  readonly aws = new EscalationStandIn();
  readonly stage: Stage;
  endpoints: Readonly<Record<string, string>> = {};

  private constructor(stage: Stage) {
    this.stage = stage;
  }

  static async start(): Promise<IncidentStage> {
    const stage = new IncidentStage(await Stage.start());
    stage.endpoints = await stage.aws.start();
    return stage;
  }

  async stop(): Promise<void> {
    await Promise.all([this.stage.stop(), this.aws.stop()]);
  }

  /** A stage with a table of its own. */
  async deploy(escalation: Partial<EscalationSettings> = {}, alarms = [alarm]): Promise<Incidents> {
    const deployment = await this.stage.makeDeployment();
    this.aws.reset();
    const incidents = new Incidents(this, deployment);
    await incidents.configure({ ...settings, ...escalation }, alarms);
    return incidents;
  }
}

/** The function as it is deployed, and what the state machine would ask of it. */
export class Incidents {
  readonly stage: IncidentStage;
  readonly deployment: Deployment;
  deployed: IncidentsDeployment | undefined;
  #instance: Instance | undefined;

  constructor(stage: IncidentStage, deployment: Deployment) {
    this.stage = stage;
    this.deployment = deployment;
  }

  /** Deploys it anew. */
  async configure(escalation: EscalationSettings, alarms: readonly DeployedAlarm[] = [alarm]): Promise<void> {
    this.deployed = { stack: 'shop', stage: 'prod', escalation, alarms };
    this.stage.stage.writeBeside('incidents', 'incidents.json', this.deployed);
    await this.#instance?.end();
    this.#instance = await this.start();
  }

  /** One more instance of it. */
  start(): Promise<Instance> {
    return this.deployment.start('incidents', {
      ...this.stage.endpoints,
      ...{ ESCALATE_MACHINE: machine, CONTACT_TOPIC_PREFIX: topicPrefix, ACKNOWLEDGE_URL: url },
      RUNBOOK_URL: `${url}runbook`,
    });
  }

  async call(event: object): Promise<unknown> {
    if (this.#instance === undefined) throw new Error('it is not deployed');
    // Five minutes are the function's timeout.
    return this.#instance.answer(event, 5 * minuteMs);
  }

  /** The alarm goes into a state; answers with the id that an incident of this transition has. */
  async turn(state: AlarmState, atMs: number, previous: AlarmState = state === 'OK' ? 'ALARM' : 'OK'): Promise<string> {
    await this.call(transition(state, atMs, previous));
    return incidentId(alarm.alarm, atMs);
  }

  async tick(incident: string, execution = 1, loops = 1): Promise<TickAnswer> {
    return (await this.call({ op: 'tick', source: 'web', incident, execution, loops })) as TickAnswer;
  }

  async gather(incident: string, answer: TickAnswer): Promise<void> {
    if (answer.kind !== 'tell') throw new Error(`nothing is to be told: ${JSON.stringify(answer)}`);
    await this.call({ op: 'gather', source: 'web', incident, execution: 1, telling: answer.telling });
  }

  async send(incident: string, answer: TickAnswer): Promise<SendAnswer> {
    if (answer.kind !== 'tell') throw new Error(`nothing is to be told: ${JSON.stringify(answer)}`);
    const { telling } = answer;
    return (await this.call({ op: 'send', source: 'web', incident, execution: 1, telling })) as SendAnswer;
  }

  async await(incident: string, answer: TickAnswer, token: string): Promise<void> {
    if (answer.kind !== 'wait') throw new Error(`nothing is waited for: ${JSON.stringify(answer)}`);
    await this.call({ op: 'await', source: 'web', incident, execution: 1, step: answer.step, token });
  }

  /** One turn of the machine, without its waits; answers with what it would wait for next. */
  async loop(incident: string): Promise<TickAnswer> {
    const answer = await this.tick(incident);
    if (answer.kind !== 'tell') return answer;
    await this.gather(incident, answer);
    const { sent } = await this.send(incident, answer);
    if (!sent) throw new Error('another sends');
    return this.tick(incident);
  }

  async item(incident: string): Promise<IncidentItem> {
    const item = (await this.deployment.control())[`INCIDENT#${incident}`];
    if (item === undefined) throw new Error(`there is no ${incident}`);
    return item as unknown as IncidentItem;
  }

  /** As if time had passed, or somebody had written it. */
  async change(incident: string, fields: Partial<IncidentItem>): Promise<void> {
    const item = await this.item(incident);
    await this.put({ ...item, ...fields, Source: 'web', Item: `INCIDENT#${incident}` });
  }

  async put(item: Record<string, unknown>): Promise<void> {
    await put(this.stage.stage.servers.dynamodb.client, this.deployment.tables.control, item);
  }

  /** Sort keys of the table that begin so. */
  async items(prefix: string): Promise<string[]> {
    const items = await scan(this.stage.stage.servers.dynamodb.client, this.deployment.tables.control);
    return items.map(({ Item }) => String(Item)).filter((item) => item.startsWith(prefix));
  }
}

/** As EventBridge delivers it. */
export function transition(state: AlarmState, atMs: number, previous: AlarmState, name = alarm.alarm): object {
  const timestamp = (ms: number) => new Date(ms).toISOString().replace('Z', '+0000');
  return {
    ...{ version: '0', source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change' },
    detail: {
      alarmName: name,
      state: {
        ...{ value: state, reason: 'Threshold Crossed.', timestamp: timestamp(atMs) },
        reasonData: JSON.stringify({ threshold: 5, recentDatapoints: [4, 2] }),
      },
      previousState: { value: previous, reason: '', timestamp: timestamp(atMs - 60 * minuteMs) },
    },
  };
}
