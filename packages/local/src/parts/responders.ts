import type { AsynchronousInvocations } from '../lambda/asynchronous.ts';
import { startLambda } from '../lambda/start.ts';
import { type StartedAlarms, startAlarms } from '../services/cloudwatch/alarms/start.ts';
import type { Rules } from '../services/events/rules.ts';
import { startEventBus } from '../services/events/start.ts';
import type { Pipes } from '../services/pipes/pipes.ts';
import { startPipes } from '../services/pipes/start.ts';
import type { Schedules } from '../services/scheduler/schedules.ts';
import { startScheduler } from '../services/scheduler/start.ts';
import { startSns } from '../services/sns/start.ts';
import type { Topics } from '../services/sns/topics.ts';
import type { Foundation } from './foundation.ts';
import type { PartsOptions } from './parts-options.ts';

/** What calls functions, machines and people when something happens. */
export interface Responders extends StartedAlarms {
  readonly asynchronous: AsynchronousInvocations;
  readonly rules: Rules;
  readonly topics: Topics;
  readonly schedules: Schedules;
  readonly pipes: Pipes;
}

/** All of them, with nothing in them: that comes with the template. */
export function startResponders(parts: PartsOptions, foundation: Foundation): Responders {
  const { options, region, account, directory, shutdown } = parts;
  const { clock, meter, services, host, faults, address, topicPolicies } = foundation;
  const asynchronous = startLambda({ ...foundation, region, account, shutdown });
  const common = { ...foundation, region, account, shutdown, asynchronous };
  const rules = startEventBus({ ...common, onFailure: options.onRuleFailure ?? (() => {}) });
  const topics = startSns({
    ...common,
    channelFaults: faults.channels,
    endpoint: () => address.endpoint,
    confirmSubscriptions: options.confirmSubscriptions ?? true,
    onFailure: options.onNotificationFailure ?? (() => {}),
  });
  const schedules = startScheduler({
    ...common,
    onFailure: options.onScheduleFailure ?? (() => {}),
    meter: (invocation) => meter.scheduled(invocation),
  });
  const { alarms, detectors } = startAlarms({
    ...{ ...common, rules, phaseMs: options.alarmPhaseMs, evaluate: options.evaluateAlarms },
    topicRefusal: (topicArn, alarmArn) => {
      const topic = topics.list().find(({ arn }) => arn === topicArn);
      return topic === undefined ? undefined : topicPolicies.alarmRefusal(topic, alarmArn);
    },
    directory: directory?.folder('cloudwatch'),
    onFailure: options.onAlarmActionFailure ?? (() => {}),
  });
  const { byName, roles, kinesis } = services;
  const pipes = startPipes({
    ...{ clock, region, account, host, asynchronous, roles, kinesis, dispatch: foundation.dispatch, byName, shutdown },
    positions: directory?.positions,
    delays: options.pipeDelays,
    observe: options.onPipeEvent,
    meter: (request) => meter.piped(request),
  });
  return { asynchronous, rules, topics, schedules, alarms, detectors, pipes };
}
