import { type AsynchronousInvocations, asynchronousBytesMax } from '../../../lambda/asynchronous.ts';
import type { LambdaHost } from '../../../lambda/host.ts';
import type { Permissions } from '../../../lambda/permissions.ts';
import type { Dispatch } from '../../../sources/destination.ts';
import { sendToDestination } from '../../../sources/send-to-destination.ts';
import type { AlarmPlace } from './alarm-input.ts';
import { actionItem } from './history-item.ts';
import { notification } from './notification.ts';
import type { AlarmStore } from './store.ts';
import { functionEvent, type Transition } from './transition.ts';

export interface AlarmActionFailure {
  readonly alarmName: string;
  readonly actionArn: string;
  readonly message: string;
}

export interface AlarmActionsOptions {
  readonly place: AlarmPlace;
  readonly store: AlarmStore;
  readonly host: LambdaHost;
  readonly asynchronous: AsynchronousInvocations;
  readonly permissions: Permissions;
  /** Reaches SNS. */
  readonly dispatch: Dispatch;
  /** Why an alarm may not publish to a topic; undefined where it may, or where there is no such topic. */
  readonly topicRefusal: (topicArn: string, alarmArn: string) => string | undefined;
  /** An action was not taken; it is not tried again. */
  readonly onFailure: (failure: AlarmActionFailure) => void;
}

/** Whom a function must let invoke it. */
export const alarmsPrincipal = 'lambda.alarms.cloudwatch.amazonaws.com';

/** Takes alarms' actions and keeps in their histories what came of them. */
export class AlarmActions {
  readonly #options: AlarmActionsOptions;
  readonly #running = new Set<Promise<void>>();

  constructor(options: AlarmActionsOptions) {
    this.#options = options;
  }

  /** Every action that the alarm has for its new state, all at once. */
  take(transition: Transition): void {
    for (const actionArn of transition.alarm.actions[transition.state.value]) {
      const running = this.#take(transition, actionArn).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  /** Resolves when every action so far was taken or failed. A function may still be at it. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #take(transition: Transition, actionArn: string): Promise<void> {
    const { store, onFailure } = this.#options;
    const message = await this.#attempt(transition, actionArn);
    store.addHistory(actionItem(transition, actionArn, message));
    if (message !== undefined) onFailure({ alarmName: transition.alarm.name, actionArn, message });
  }

  /** Why it failed; undefined where it did not. */
  async #attempt(transition: Transition, actionArn: string): Promise<string | undefined> {
    const { place, dispatch, topicRefusal } = this.#options;
    try {
      if (actionArn.split(':')[2] === 'lambda') return this.#invoke(transition, actionArn);
      const refusal = topicRefusal(actionArn, transition.alarm.arn);
      if (refusal !== undefined) return refusal;
      const content = notification(transition, place);
      await sendToDestination(content, { destinationArn: actionArn, region: place.region }, dispatch);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Lambda takes the event into its queue: what becomes of the invocation is Lambda's affair. */
  #invoke(transition: Transition, actionArn: string): string | undefined {
    const { host, permissions, asynchronous, place } = this.#options;
    const functionName = actionArn.split(':').at(-1) ?? '';
    if (!host.definitions.some((each) => each.functionName === functionName)) return `Function not found: ${actionArn}`;
    const sourceArn = transition.alarm.arn;
    if (!permissions.allows({ functionName, principal: alarmsPrincipal, sourceArn })) {
      return `CloudWatch Alarms is not authorized to perform: lambda:InvokeFunction on the resource because no resource-based policy allows the lambda:InvokeFunction action (${actionArn})`;
    }
    const event = Buffer.from(JSON.stringify(functionEvent(transition, place)));
    if (event.length > asynchronousBytesMax) return `${event.length} bytes are more than ${asynchronousBytesMax}`;
    asynchronous.add(functionName, event);
    return undefined;
  }
}
