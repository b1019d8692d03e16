import { InvalidToken, SendTaskSuccessCommand, SFNClient, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import { clientSettings } from './client.ts';

export class TaskTokens {
  readonly #client = new SFNClient(clientSettings);

  /** Ends a wait. That it has ended before, or its execution with it, is well. */
  async succeed(taskToken: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    try {
      await this.#client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }), { abortSignal: signal });
    } catch (error) {
      const isOver =
        error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken;
      if (!isOver) throw error;
    }
  }
}
