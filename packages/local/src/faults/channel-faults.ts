/** One attempt to hand a notification to a subscriber, about to be made. */
export interface ChannelAttempt {
  /** `email`, `email-json`, `sms`, `http`, `https`, `lambda` or `sqs`. */
  readonly channel: string;
  /** The subscription's endpoint. */
  readonly to: string;
}

/** Which deliveries of notifications fail, or come twice; what is left out matches all. */
export interface ChannelFault extends Partial<ChannelAttempt> {
  /** So many times; without end unless told. */
  readonly times?: number;
  /** It is delivered, and delivered again: SNS promises at least once. */
  readonly isDuplicate?: boolean;
  /** Whether the channel says that it will never take it, so that nothing is tried again. */
  readonly isPermanent?: boolean;
}

export interface InstalledChannelFault {
  readonly strikes: number;
  remove(): void;
}

/** Makes channels of notifications fail, as if the provider of mail or text messages did. */
export class ChannelFaults {
  readonly #installed = new Set<{ readonly fault: ChannelFault; strikes: number }>();

  /** In force from the next attempt on. */
  add(fault: ChannelFault): InstalledChannelFault {
    const installed = { fault, strikes: 0 };
    this.#installed.add(installed);
    return {
      get strikes() {
        return installed.strikes;
      },
      remove: () => this.#installed.delete(installed),
    };
  }

  clear(): void {
    this.#installed.clear();
  }

  /** The fault that strikes this attempt, counted; undefined where none does. */
  strike({ channel, to }: ChannelAttempt): ChannelFault | undefined {
    for (const installed of this.#installed) {
      const { fault } = installed;
      if (fault.channel !== undefined && fault.channel !== channel) continue;
      if (fault.to !== undefined && fault.to !== to) continue;
      if (installed.strikes >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
      installed.strikes += 1;
      return fault;
    }
    return undefined;
  }
}
