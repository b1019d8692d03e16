import type { StateMachineDefinition } from '../../states/definition.ts';
import { stateMachineDoesNotExist } from './failures.ts';

/** A state machine of the template. */
export interface StateMachine {
  readonly name: string;
  readonly stateMachineArn: string;
  readonly roleArn: string;
  /** As it was given, a JSON text. */
  readonly text: string;
  readonly definition: StateMachineDefinition;
  readonly createdMs: number;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  /** Its own key, so that its calls name it. */
  readonly accessKeyId: string;
}

/** The state machines that the engine runs. */
export class StateMachines {
  readonly #byArn = new Map<string, StateMachine>();

  add(machine: StateMachine): void {
    this.#byArn.set(machine.stateMachineArn, machine);
  }

  /** In the order of their creation. */
  list(): readonly StateMachine[] {
    return [...this.#byArn.values()];
  }

  find(stateMachineArn: string): StateMachine | undefined {
    return this.#byArn.get(stateMachineArn);
  }

  /** Throws StateMachineDoesNotExist. */
  get(stateMachineArn: string): StateMachine {
    const machine = this.find(stateMachineArn);
    if (machine === undefined) throw stateMachineDoesNotExist(stateMachineArn);
    return machine;
  }

  byAccessKey(accessKeyId: string): StateMachine | undefined {
    return this.list().find((machine) => machine.accessKeyId === accessKeyId);
  }
}
