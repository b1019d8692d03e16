import type { AlarmState } from '@tidemark/core/incidents/alarm-event';
import type { Gateway } from '@tidemark/local/gateway/gateway';
import { startGateway } from '@tidemark/local/gateway/gateway';
import { ServiceFailure } from '@tidemark/local/wire/failure';
import type { Input, Operation } from '@tidemark/local/wire/rpc';
import { rpcService } from '@tidemark/local/wire/rpc';

export interface Published {
  readonly topic: string;
  readonly subject: string;
  readonly bodies: Readonly<Record<string, string>>;
  readonly attributes: unknown;
}

/** What incidents meet of Step Functions, SNS and CloudWatch, on the wire: it notes what it is asked, and runs nothing. */
export class EscalationStandIn {
  /** Status by name of the execution. */
  readonly executions = new Map<string, string>();
  /** Inputs of executions that were started, by name. */
  readonly started = new Map<string, unknown>();
  readonly woken: string[] = [];
  readonly published: Published[] = [];
  /** When alarms were changed last, by name; what is not here is not known. Milliseconds since the epoch. */
  readonly configured = new Map<string, number>();
  /** States of alarms, by name, and since when. Milliseconds since the epoch. */
  readonly states = new Map<string, { readonly value: AlarmState; readonly sinceMs: number }>();
  /** Values by the minute, milliseconds since the epoch, of whatever metric is asked for. */
  readonly minutes = new Map<number, number>();
  readonly calls: string[] = [];
  /** Calls that fail with a code, by `<operation>` or `<operation> <what it is about>`. */
  readonly failures = new Map<string, string>();
  #gateway: Gateway | undefined;

  async start(): Promise<Readonly<Record<string, string>>> {
    const namespace = 'http://tidemark.example/';
    const services = { states: this.#states(), sns: this.#sns(), monitoring: this.#monitoring() };
    this.#gateway = await startGateway({
      port: 0,
      services: new Map(
        Object.entries(services).map(([name, operations]) => [
          name,
          rpcService({ name, xmlNamespace: namespace, operations }),
        ]),
      ),
      interceptors: [],
      control: async () => undefined,
      functionOf: () => undefined,
      onError: (error) => {
        throw error;
      },
    });
    const { endpoint } = this.#gateway;
    return Object.fromEntries(['SFN', 'SNS', 'CLOUDWATCH'].map((name) => [`AWS_ENDPOINT_URL_${name}`, endpoint]));
  }

  async stop(): Promise<void> {
    await this.#gateway?.close();
  }

  reset(): void {
    for (const known of [this.executions, this.started, this.configured, this.states, this.minutes, this.failures])
      known.clear();
    for (const noted of [this.woken, this.published, this.calls]) noted.length = 0;
  }

  #states(): Record<string, Operation> {
    return {
      StartExecution: this.#noted('StartExecution', ({ name, input }) => {
        const key = String(name);
        if (this.executions.has(key) && this.executions.get(key) !== 'RUNNING') fail('ExecutionAlreadyExists');
        this.executions.set(key, 'RUNNING');
        this.started.set(key, JSON.parse(String(input)));
        return { executionArn: `arn:execution:${key}`, startDate: new Date() };
      }),
      ListExecutions: this.#noted('ListExecutions', () => ({
        executions: [...this.executions].flatMap(([name, status]) => (status === 'RUNNING' ? [{ name, status }] : [])),
      })),
      DescribeExecution: this.#noted('DescribeExecution', ({ executionArn }) => {
        const status = this.executions.get(String(executionArn).split(':').at(-1) ?? '');
        return status === undefined ? fail('ExecutionDoesNotExist') : { status };
      }),
      SendTaskSuccess: this.#noted('SendTaskSuccess', ({ taskToken }) => {
        this.woken.push(String(taskToken));
        return {};
      }),
    };
  }

  #sns(): Record<string, Operation> {
    return {
      Publish: this.#noted('Publish', ({ TopicArn, Subject, Message, MessageAttributes = {} }) => {
        const topic = String(TopicArn);
        const code = this.failures.get(`Publish ${topic}`);
        if (code !== undefined) fail(code);
        this.published.push({
          topic,
          subject: String(Subject),
          bodies: JSON.parse(String(Message)),
          attributes: MessageAttributes,
        });
        return { MessageId: crypto.randomUUID() };
      }),
    };
  }

  #monitoring(): Record<string, Operation> {
    return {
      DescribeAlarms: this.#noted('DescribeAlarms', ({ AlarmNames }) => ({
        MetricAlarms: (AlarmNames as string[]).map((AlarmName) => {
          const ms = this.configured.get(AlarmName);
          const state = this.states.get(AlarmName);
          return {
            ...{ AlarmName, Namespace: 'Tidemark', MetricName: 'EventCount', Statistic: 'Sum', Period: 60 },
            ...(ms === undefined ? {} : { AlarmConfigurationUpdatedTimestamp: new Date(ms) }),
            ...(state === undefined
              ? {}
              : { StateValue: state.value, StateTransitionedTimestamp: new Date(state.sinceMs), StateReason: 'Seen.' }),
          };
        }),
      })),
      GetMetricData: this.#noted('GetMetricData', ({ MetricDataQueries }) => ({
        MetricDataResults: (MetricDataQueries as { Id: string }[]).map(({ Id }) => ({
          ...{ Id, Timestamps: [...this.minutes.keys()].map((ms) => new Date(ms)), Values: [...this.minutes.values()] },
        })),
      })),
    };
  }

  #noted(name: string, operation: (input: Input) => object): Operation {
    return (input) => {
      this.calls.push(name);
      const code = this.failures.get(name);
      if (code !== undefined) fail(code);
      return operation(input) as Record<string, unknown>;
    };
  }
}

function fail(code: string): never {
  throw new ServiceFailure({ code, message: code });
}
