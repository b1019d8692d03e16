import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { clientSettings } from './client.ts';

/** One message in the words of each protocol; `default` for those that are not named. */
export interface Notification {
  /** At most 100 ASCII characters. */
  readonly subject: string;
  readonly bodies: { readonly default: string } & Readonly<Record<string, string>>;
}

export class Sns {
  readonly #client = new SNSClient(clientSettings);

  /** Undefined when SNS has taken the message, otherwise why not, after the client's own attempts. */
  async publish(topicArn: string, { subject, bodies }: Notification, signal: AbortSignal): Promise<string | undefined> {
    signal.throwIfAborted();
    const command = new PublishCommand({
      TopicArn: topicArn,
      Subject: subject,
      MessageStructure: 'json',
      Message: JSON.stringify(bodies),
    });
    try {
      await this.#client.send(command, { abortSignal: signal });
      return undefined;
    } catch (error) {
      // Whoever is out of time has told nobody whether it came through.
      if (signal.aborted || !(error instanceof Error)) throw error;
      return `${error.name}: ${error.message}`;
    }
  }
}
