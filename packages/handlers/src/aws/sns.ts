import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { clientSettings } from './client.ts';

/** One message in the words of each protocol; `default` for those that are not named. */
export interface Notification {
  /** At most 100 ASCII characters. */
  readonly subject: string;
  readonly bodies: { readonly default: string } & Readonly<Record<string, string>>;
  /** A text message that must come through at any hour. Without it SNS takes one for advertisement, and may keep it back. */
  readonly isTransactional?: boolean;
}

const transactional = { 'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' } } as const;

export class Sns {
  readonly #client = new SNSClient(clientSettings);

  /** Undefined when SNS has taken the message, otherwise why not, after the client's own attempts. */
  async publish(
    topicArn: string,
    { subject, bodies, isTransactional = false }: Notification,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    signal.throwIfAborted();
    const command = new PublishCommand({
      TopicArn: topicArn,
      Subject: subject,
      MessageStructure: 'json',
      Message: JSON.stringify(bodies),
      ...(isTransactional ? { MessageAttributes: transactional } : {}),
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
