import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { clientSettings } from './client.ts';

/** Executions of one state machine, by their names. Apart from what only looks at any of them (states.ts). */
export class Executions {
  readonly #client = new SFNClient(clientSettings);
  readonly #machineArn: string;

  constructor(machineArn: string) {
    this.#machineArn = machineArn;
  }

  /** Of several calls with one name one starts it; that it has ended since is well. */
  async start(name: string, input: object, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const command = new StartExecutionCommand({
      stateMachineArn: this.#machineArn,
      name,
      input: JSON.stringify(input),
    });
    try {
      await this.#client.send(command, { abortSignal: signal });
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }

  /** Names of those that run, but perhaps for the newest of them. */
  async running(signal: AbortSignal): Promise<Set<string>> {
    signal.throwIfAborted();
    const pages = paginateListExecutions(
      { client: this.#client },
      { stateMachineArn: this.#machineArn, statusFilter: 'RUNNING', maxResults: 1000 },
      { abortSignal: signal },
    );
    const names = new Set<string>();
    for await (const { executions = [] } of pages) for (const { name = '' } of executions) names.add(name);
    return names;
  }

  /** `PENDING_REDRIVE` goes on when somebody says so: it has stopped. */
  async state(name: string, signal: AbortSignal): Promise<'running' | 'stopped' | 'absent'> {
    signal.throwIfAborted();
    const executionArn = `${this.#machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    try {
      const command = new DescribeExecutionCommand({ executionArn });
      const { status } = await this.#client.send(command, { abortSignal: signal });
      return status === 'RUNNING' ? 'running' : 'stopped';
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return 'absent';
      throw error;
    }
  }
}
