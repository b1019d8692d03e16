import { InvokeCommand, LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { clientSettings } from './client.ts';

export class Lambda {
  readonly #client = new LambdaClient(clientSettings);

  /** Has a function called, and does not wait for its answer. */
  async callLater(functionName: string, event: object, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const Payload = JSON.stringify(event);
    const command = new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload });
    await this.#client.send(command, { abortSignal: signal });
  }

  /** Lets a mapping read its stream again, from where it stood. Throws while an earlier change of it is still under way. */
  async enableMapping(uuid: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const command = new UpdateEventSourceMappingCommand({ UUID: uuid, Enabled: true });
    await this.#client.send(command, { abortSignal: signal });
  }
}
