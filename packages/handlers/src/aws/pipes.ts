import {
  ConflictException,
  DeletePipeCommand,
  DescribePipeCommand,
  NotFoundException,
  PipesClient,
} from '@aws-sdk/client-pipes';
import { clientSettings } from './client.ts';

export class Pipes {
  readonly #client = new PipesClient(clientSettings);

  /** Begins to delete a pipe, whatever it does at the moment. True when there is none any more. */
  async remove(name: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    try {
      await this.#client.send(new DeletePipeCommand({ Name: name }), { abortSignal: signal });
    } catch (error) {
      if (error instanceof NotFoundException) return true;
      // It is being made, changed or deleted already: the next look finds it at rest, or gone.
      if (!(error instanceof ConflictException)) throw error;
    }
    return this.#isGone(name, signal);
  }

  async #isGone(name: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#client.send(new DescribePipeCommand({ Name: name }), { abortSignal: signal });
      return false;
    } catch (error) {
      if (error instanceof NotFoundException) return true;
      throw error;
    }
  }
}
