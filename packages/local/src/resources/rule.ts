import { busName } from '../services/events/bus.ts';
import { compileEventPattern } from '../services/events/event-pattern.ts';
import { type RetryPolicy, type RuleDefinition, type RuleTarget, retryPolicyDefault } from '../services/events/rule.ts';
import type { Rules } from '../services/events/rules.ts';
import { parseSchedule } from '../services/events/schedule.ts';
import { compileTargetInput, type TargetInput } from '../services/events/target-input.ts';
import { targetArnPattern } from '../services/events/targets.ts';
import { TemplateRefused } from '../template/refusal.ts';
import type { CreateRequest, ResourceType } from '../template/resource-type.ts';
import { listOf, type Members, object, only, used, withoutEffect } from '../template/shape.ts';

const target: Members = {
  Id: used,
  Arn: used,
  RoleArn: used,
  Input: used,
  InputPath: used,
  InputTransformer: object({ InputPathsMap: used, InputTemplate: used }),
  RetryPolicy: object({ MaximumEventAgeInSeconds: used, MaximumRetryAttempts: used }),
  DeadLetterConfig: object({ Arn: used }),
};

/** `AWS::Events::Rule` of the default bus, with functions and state machines as targets. */
export function ruleType(rules: Rules, place: { readonly region: string; readonly account: string }): ResourceType {
  return {
    members: {
      Name: used,
      Description: used,
      EventBusName: only([busName], 'there is one event bus'),
      EventPattern: used,
      ScheduleExpression: used,
      State: only(['ENABLED', 'DISABLED'], 'there is no CloudTrail'),
      Targets: listOf(object(target)),
      Tags: withoutEffect('nothing reads them'),
    },
    async create(request) {
      const rule = defineRule(request, place);
      rules.add(rule);
      return { physicalId: rule.name, attributes: { Arn: rule.arn }, stop: async () => rules.remove(rule.name) };
    },
  };
}

const ruleNameCharactersMax = 64;
const targetsMax = 5;

/** Throws TemplateRefused with everything that cannot be run. */
function defineRule(
  { logicalId, properties, generatedName }: CreateRequest,
  { region, account }: { readonly region: string; readonly account: string },
): RuleDefinition {
  const mistakes: string[] = [];
  const { EventPattern, ScheduleExpression, State = 'ENABLED', Description, Targets = [] } = properties;
  if (EventPattern === undefined && ScheduleExpression === undefined) {
    mistakes.push('one of EventPattern and ScheduleExpression is needed');
  }
  const pattern = EventPattern === undefined ? undefined : compileEventPattern(EventPattern);
  if (pattern?.ok === false) mistakes.push(...pattern.mistakes.map((mistake) => `EventPattern: ${mistake}`));
  const schedule = ScheduleExpression === undefined ? undefined : parseSchedule(String(ScheduleExpression));
  if (schedule?.ok === false) mistakes.push(`ScheduleExpression: ${schedule.mistake}`);
  const given = Targets as readonly Readonly<Record<string, unknown>>[];
  if (given.length > targetsMax) mistakes.push(`Targets: ${given.length} are more than ${targetsMax}`);
  const targets = given.flatMap((each, index) => readTarget(each, `Targets[${index}]`, mistakes));
  if (mistakes.length > 0) throw new TemplateRefused(mistakes.map((mistake) => `${logicalId}: ${mistake}`));
  const name = typeof properties.Name === 'string' ? properties.Name : generatedName(ruleNameCharactersMax);
  return {
    name,
    arn: `arn:aws:events:${region}:${account}:rule/${name}`,
    description: typeof Description === 'string' ? Description : undefined,
    isEnabled: State === 'ENABLED',
    matches: pattern?.ok ? pattern.matches : undefined,
    pattern: EventPattern === undefined ? undefined : JSON.stringify(EventPattern),
    schedule: schedule?.ok ? schedule.schedule : undefined,
    scheduleExpression: ScheduleExpression === undefined ? undefined : String(ScheduleExpression),
    targets,
  };
}

/** One target, or none where it cannot be run. */
function readTarget(given: Readonly<Record<string, unknown>>, path: string, mistakes: string[]): readonly RuleTarget[] {
  const { Input, InputPath, InputTransformer } = given as TargetInput;
  const input = {
    ...(Input === undefined ? {} : { Input }),
    ...(InputPath === undefined ? {} : { InputPath }),
    ...(InputTransformer === undefined ? {} : { InputTransformer }),
  };
  const compiled = compileTargetInput(input);
  if (!compiled.ok) mistakes.push(...compiled.mistakes.map((mistake) => `${path}.${mistake}`));
  const arn = String(given.Arn);
  if (!targetArnPattern.test(arn)) mistakes.push(`${path}.Arn: ${arn} is neither a function nor a state machine`);
  if (arn.includes(':states:') && typeof given.RoleArn !== 'string') {
    mistakes.push(`${path}.RoleArn: a state machine is started with a role`);
  }
  const { Arn: deadLetterArn } = (given.DeadLetterConfig ?? {}) as { readonly Arn?: string };
  if (deadLetterArn !== undefined && !/^arn:[^:]+:sqs:[^:]+:\d+:[\w-]+$/.test(deadLetterArn)) {
    mistakes.push(`${path}.DeadLetterConfig.Arn: ${deadLetterArn} is no standard queue`);
  }
  const retryPolicy = readRetryPolicy(given.RetryPolicy, `${path}.RetryPolicy`, mistakes);
  if (!compiled.ok) return [];
  const roleArn = typeof given.RoleArn === 'string' ? given.RoleArn : undefined;
  return [{ id: String(given.Id), arn, roleArn, makeInput: compiled.make, input, retryPolicy, deadLetterArn }];
}

function readRetryPolicy(given: unknown, path: string, mistakes: string[]): RetryPolicy {
  const policy = (given ?? {}) as Readonly<Record<string, unknown>>;
  const read = (name: string, absent: number, min: number, max: number): number => {
    const value = Number(policy[name] ?? absent);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    mistakes.push(`${path}.${name}: ${JSON.stringify(policy[name])} is not a whole number from ${min} to ${max}`);
    return absent;
  };
  const { maximumEventAgeInSeconds, maximumRetryAttempts } = retryPolicyDefault;
  return {
    maximumEventAgeInSeconds: read('MaximumEventAgeInSeconds', maximumEventAgeInSeconds, 60, 86_400),
    maximumRetryAttempts: read('MaximumRetryAttempts', maximumRetryAttempts, 0, 185),
  };
}
