import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type ExecutionStatus,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { ClientSettings } from '../target.ts';

/** What Step Functions says of an execution. */
export interface Execution {
  readonly arn: string;
  readonly status: ExecutionStatus;
  /** JSON, as it was started with. */
  readonly input?: string;
  /** Of one that failed or was stopped: the name of the error, and its cause. */
  readonly error?: string;
  readonly cause?: string;
  readonly stoppedMs?: number;
}

/** The calls made with Step Functions. `close` lets the process end. */
export class StepFunctions {
  readonly #client: SFNClient;

  constructor(settings: ClientSettings) {
    this.#client = new SFNClient(settings);
  }

  close(): void {
    this.#client.destroy();
  }

  /** Starts an execution and returns its ARN. A call that is repeated because its answer was lost starts nothing twice: the name is the same. */
  async start(machineArn: string, name: string, input: unknown): Promise<string> {
    const { executionArn } = await this.#client.send(
      new StartExecutionCommand({ stateMachineArn: machineArn, name, input: JSON.stringify(input) }),
    );
    if (executionArn === undefined) throw new Error(`StartExecution named no execution of ${machineArn}`);
    return executionArn;
  }

  /** Undefined where there is none: it ended more than ninety days ago, or there never was one. */
  async describe(arn: string): Promise<Execution | undefined> {
    try {
      const { status, input, error, cause, stopDate } = await this.#client.send(
        new DescribeExecutionCommand({ executionArn: arn }),
      );
      if (status === undefined) throw new Error(`DescribeExecution said nothing of ${arn}`);
      return {
        arn,
        status,
        ...(input === undefined ? {} : { input }),
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
        ...(stopDate === undefined ? {} : { stoppedMs: stopDate.getTime() }),
      };
    } catch (thrown) {
      if (thrown instanceof ExecutionDoesNotExist) return undefined;
      throw thrown;
    }
  }

  /** Ends the wait that has a token. That it has ended before, or its execution with it, is well. */
  async wake(taskToken: string): Promise<void> {
    try {
      await this.#client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    } catch (thrown) {
      const isOver =
        thrown instanceof TaskTimedOut || thrown instanceof TaskDoesNotExist || thrown instanceof InvalidToken;
      if (!isOver) throw thrown;
    }
  }

  /** Ends an execution at once: no state of it runs any more. One that has ended stays as it is. */
  async stop(arn: string, cause: string): Promise<void> {
    try {
      await this.#client.send(new StopExecutionCommand({ executionArn: arn, error: 'Cancelled', cause }));
    } catch (thrown) {
      if (!(thrown instanceof ExecutionDoesNotExist)) throw thrown;
    }
  }
}

/** The ARN of a machine's execution, by its name. */
export function executionArn(machineArn: string, name: string): string {
  return `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}
