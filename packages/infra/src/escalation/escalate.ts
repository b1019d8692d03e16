import type { IncidentsCall } from '@tidemark/core/incidents/steps';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Choice, Condition, CustomState, Errors, Pass, Succeed, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { jsonata } from '../workflows/expression.ts';
import { retryLong, retrySome } from '../workflows/retrying.ts';

/** What every call of an execution holds. */
const incident = '"source": $source, "incident": $incident, "execution": $execution';
/** How soon to ask again after a step that could not be done. */
const failedAgain = Duration.seconds(60);

/** What ends a wait that nobody ended: the time is up. */
const timeIsUp = ['States.HeartbeatTimeout', 'States.Timeout'];

/**
 * One incident, from its alarm to its end: ask what is next, tell or wait, and ask again. Every decision is the function's, from the incident's item
 * alone, so that it does not matter how often or in which order anything here happens.
 *
 *     input: EscalateInput
 */
export function escalateDefinition(scope: Construct, incidents: IFunction): Pass {
  const begin = Pass.jsonata(scope, 'Of which incident', {
    assign: {
      source: jsonata('$states.input.source'),
      incident: jsonata('$states.input.incident'),
      execution: jsonata('$states.input.execution'),
      loops: 0,
    },
  });
  // Without an answer to this nothing goes on: a fault may last a day.
  const next = retryLong(
    call(scope, 'What is next', incidents, { op: 'tick', more: '"loops": $loops', assign: oneMoreLoop }),
  );
  const again = Wait.jsonata(scope, 'Ask again soon', { time: WaitTime.duration(failedAgain) });
  again.next(next);
  const wait = untilAnswered(scope, incidents);
  // That the time is up is no failure, and the commonest end of a wait.
  wait.addCatch(next, { errors: timeIsUp });
  wait.addCatch(again, { errors: [Errors.ALL] });
  wait.next(next);
  const tell = telling(scope, incidents, next, again);
  const isNext = (kind: string) => Condition.jsonata(jsonata(`$states.input.kind = "${kind}"`));
  const branches = Choice.jsonata(scope, 'Tell, wait or end')
    .when(isNext('tell'), tell)
    .when(isNext('wait'), wait)
    .otherwise(Succeed.jsonata(scope, 'Another goes on, or it is over'));
  begin.next(next);
  next.next(branches);
  return begin;
}

const oneMoreLoop = { loops: jsonata('$loops + 1') };

/** Puts it into the outbox, waits for others to go with, and sends until it is sent. */
function telling(scope: Construct, incidents: IFunction, next: CustomState, again: Wait): CustomState {
  const more = '"telling": $telling';
  const assign = {
    telling: jsonata('$states.input.telling'),
    gatherSeconds: jsonata('$states.input.gatherSeconds'),
  };
  const gather = retrySome(
    call(scope, 'Put into the outbox', incidents, { op: 'gather', more: '"telling": $states.input.telling', assign }),
  );
  const others = Wait.jsonata(scope, 'Wait for others to go with', {
    time: WaitTime.seconds(jsonata('$gatherSeconds')),
  });
  // Asking whether another has sent it makes history too.
  const send = retrySome(call(scope, 'Send', incidents, { op: 'send', more, assign: oneMoreLoop }));
  for (const state of [gather, send]) state.addCatch(again, { errors: [Errors.ALL] });
  const another = Wait.jsonata(scope, 'While another sends it', {
    time: WaitTime.seconds(jsonata('$states.input.waitSeconds')),
  });
  const isSent = Choice.jsonata(scope, 'Is it sent')
    .when(Condition.jsonata(jsonata('$states.input.sent')), next)
    .otherwise(another.next(send));
  gather.next(others).next(send).next(isSent);
  return gather;
}

/**
 * Waits with a task token, which whoever changes the incident sends back. No heart beats: the seconds between heartbeats, which may be an expression, are
 * the longest wait.
 */
function untilAnswered(scope: Construct, incidents: IFunction): CustomState {
  const step = '"step": $states.input.step, "token": $states.context.Task.Token';
  const wait = new CustomState(scope, 'Wait for an answer', {
    stateJson: {
      ...task(incidents, 'await', step),
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      // The CDK writes it under a name that JSONata does not have.
      HeartbeatSeconds: jsonata('$states.input.seconds'),
      Output: { answered: true },
    },
  });
  return retrySome(wait, timeIsUp);
}

interface Call {
  readonly op: IncidentsCall['op'];
  /** What the call holds beside operation and incident: members of a JSONata object. */
  readonly more: string;
  readonly assign: Readonly<Record<string, string>>;
}

/** One call of the function. Its output is the answer. */
function call(scope: Construct, id: string, incidents: IFunction, { op, more, assign }: Call): CustomState {
  const stateJson = { ...task(incidents, op, more), Output: jsonata('$states.result.Payload'), Assign: assign };
  return new CustomState(scope, id, { stateJson });
}

function task(incidents: IFunction, op: IncidentsCall['op'], more: string) {
  return {
    Type: 'Task',
    QueryLanguage: 'JSONata',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: {
      FunctionName: incidents.functionArn,
      Payload: jsonata(`{"op": "${op}", ${incident}, ${more}}`),
    },
  };
}
