import type { Clock } from '../../clock.ts';
import type { Service } from '../../gateway/service.ts';
import { ServiceFailure } from '../../wire/failure.ts';
import { numberOf, textOf } from '../../wire/input.ts';
import { type Input, type Output, rpcService } from '../../wire/rpc.ts';
import { assertDefaultBus, busName } from './bus.ts';
import { putEvents } from './put-events.ts';
import type { RuleDefinition, RuleTarget } from './rule.ts';
import type { Rules } from './rules.ts';

export interface EventsServiceOptions {
  readonly rules: Rules;
  readonly clock: Clock;
  readonly account: string;
}

const pageItemsMax = 100;

/** EventBridge's default bus: events put on it, and the template's rules looked at, disabled and enabled. */
export function eventsService({ rules, clock, account }: EventsServiceOptions): Service {
  return rpcService({
    name: 'EventBridge',
    xmlNamespace: 'http://events.amazonaws.com/doc/2015-10-07/',
    operations: {
      PutEvents: (input) => putEvents(rules, input, clock.now()),
      ListRules: (input) => {
        assertDefaultBus(input);
        const prefix = textOf(input, 'NamePrefix') ?? '';
        const found = rules.list().filter(({ name }) => name.startsWith(prefix));
        return page('Rules', found.map(describeRule), input);
      },
      DescribeRule: (input) => ({ ...describeRule(named(rules, input, 'Name')), CreatedBy: account }),
      ListTargetsByRule: (input) => page('Targets', named(rules, input, 'Rule').targets.map(describeTarget), input),
      EnableRule: (input) => {
        rules.enable(named(rules, input, 'Name').name);
        return undefined;
      },
      DisableRule: (input) => {
        rules.disable(named(rules, input, 'Name').name);
        return undefined;
      },
    },
  });
}

function named(rules: Rules, input: Input, member: string): RuleDefinition {
  assertDefaultBus(input);
  const name = textOf(input, member) ?? '';
  const rule = rules.list().find((each) => each.name === name);
  if (rule !== undefined) return rule;
  const message = `Rule ${name} does not exist on EventBus ${busName}.`;
  throw new ServiceFailure({ code: 'ResourceNotFoundException', message });
}

function describeRule({ name, arn, description, isEnabled, pattern, scheduleExpression }: RuleDefinition) {
  return {
    ...{ Name: name, Arn: arn, Description: description, EventPattern: pattern },
    ...{ ScheduleExpression: scheduleExpression, State: isEnabled ? 'ENABLED' : 'DISABLED', EventBusName: busName },
  };
}

function describeTarget({ id, arn, roleArn, input, retryPolicy, deadLetterArn }: RuleTarget) {
  return {
    ...{ Id: id, Arn: arn, RoleArn: roleArn, ...input },
    RetryPolicy: {
      MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
      MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
    },
    DeadLetterConfig: deadLetterArn === undefined ? undefined : { Arn: deadLetterArn },
  };
}

/** `NextToken` is the index to go on from. */
function page(member: string, items: readonly object[], input: Input): Output {
  const token = textOf(input, 'NextToken') ?? '0';
  const limit = numberOf(input, 'Limit') ?? pageItemsMax;
  if (!/^\d+$/.test(token)) throw invalid('NextToken: it is none that was given out');
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= pageItemsMax)) {
    throw invalid(`Limit: ${limit} is not from 1 to ${pageItemsMax}`);
  }
  const from = Number(token);
  const to = from + limit;
  return { [member]: items.slice(from, to), NextToken: to < items.length ? String(to) : undefined };
}

function invalid(message: string): ServiceFailure {
  return new ServiceFailure({ code: 'ValidationException', message });
}
