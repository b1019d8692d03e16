import { Choice, Condition, Map as MapState, Pass, ProvideItems, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { jsonata } from './expression.ts';
import { giveUpHold } from './hold-end.ts';
import { retryLong, retrySome } from './retrying.ts';

/** The role of the machine lists what it may do: the states add nothing to it. */
const byRole = { iamResources: ['*'] };

/** The state of each mapping of live counting: `[{mapping, state}]`. */
export function lookAtMappings(scope: Construct, id: string): MapState {
  const look = CallAwsService.jsonata(scope, `${id}: each`, {
    ...byRole,
    service: 'lambda',
    action: 'getEventSourceMapping',
    parameters: { Uuid: jsonata('$states.input.mapping') },
    outputs: { mapping: jsonata('$states.input.mapping'), state: jsonata('$states.result.State') },
  });
  return MapState.jsonata(scope, id, { items: ProvideItems.jsonata(jsonata('$settings.mappings')) }).itemProcessor(
    retrySome(look),
  );
}

/** Disables what is to be held (`$holding`), and waits until no mapping of live counting runs any more. */
export function disableMappings(scope: Construct, id: string): MapState {
  const disable = retrySome(
    CallAwsService.jsonata(scope, 'Disable the mapping', {
      ...byRole,
      service: 'lambda',
      action: 'updateEventSourceMapping',
      parameters: { Uuid: jsonata('$states.input.mapping'), Enabled: false },
      outputs: jsonata('$states.input'),
    }),
  );
  const look = retrySome(
    CallAwsService.jsonata(scope, 'Is it disabled', {
      ...byRole,
      service: 'lambda',
      action: 'getEventSourceMapping',
      parameters: { Uuid: jsonata('$states.input.mapping') },
      outputs: { mapping: jsonata('$states.input.mapping'), state: jsonata('$states.result.State') },
    }),
  );
  const again = Wait.jsonata(scope, 'Wait for the mapping', { time: WaitTime.duration(Duration.seconds(5)) });
  const isDisabled = Choice.jsonata(scope, 'Disabled or not').when(
    Condition.jsonata(jsonata("$states.input.state = 'Disabled'")),
    Pass.jsonata(scope, 'The mapping rests'),
  );
  const isWaitedFor = '"The mapping " & $states.input.mapping & " is " & $states.input.state';
  giveUpHold(scope, 'The mapping is not disabled', isDisabled, isWaitedFor);
  isDisabled.otherwise(again.next(look));
  look.next(isDisabled);
  const isHeld = Choice.jsonata(scope, 'Is it ours to disable')
    .when(Condition.jsonata(jsonata('$states.input.mapping in $holding.Mapping')), disable.next(look))
    .otherwise(look);
  return MapState.jsonata(scope, id, { items: ProvideItems.jsonata(jsonata('$settings.mappings')) }).itemProcessor(
    isHeld,
  );
}

/** Enables what is held (`$held`) again. A mapping that is still being disabled refuses until it is. */
export function enableMappings(scope: Construct, id: string): MapState {
  const enable = CallAwsService.jsonata(scope, 'Enable the mapping', {
    ...byRole,
    service: 'lambda',
    action: 'updateEventSourceMapping',
    parameters: { Uuid: jsonata('$states.input.Mapping'), Enabled: true },
    outputs: jsonata('$states.input'),
  });
  return MapState.jsonata(scope, id, { items: ProvideItems.jsonata(jsonata('$held')) }).itemProcessor(
    retryLong(enable),
  );
}
