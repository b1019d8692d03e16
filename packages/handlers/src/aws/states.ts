import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from '@aws-sdk/client-sfn';
import { clientSettings } from './client.ts';

export class StepFunctions {
  readonly #client = new SFNClient(clientSettings);

  /** `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED` or `PENDING_REDRIVE`; `GONE` where there is no such execution. */
  async status(executionArn: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const command = new DescribeExecutionCommand({ executionArn });
    try {
      const { status } = await this.#client.send(command, { abortSignal: signal });
      if (status === undefined) throw new Error(`${executionArn}: an execution without a status`);
      return status;
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return 'GONE';
      throw error;
    }
  }
}
