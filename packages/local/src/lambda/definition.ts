/** A deployed function, with everything that its sandboxes need. */
export interface FunctionDefinition {
  readonly functionName: string;
  readonly functionArn: string;
  /** Unpacked asset: the folder that holds the handler's module. */
  readonly codeFolder: string;
  /** `index.handler` */
  readonly handler: string;
  readonly runtime: string;
  readonly description: string;
  /** ARN of the execution role, which event records name. */
  readonly role: string;
  readonly architecture: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Undefined: as many at once as the account allows. */
  readonly reservedConcurrency: number | undefined;
  readonly logFormat: 'Text' | 'JSON';
  readonly logLevel: string | undefined;
  readonly logGroupName: string;
  /** The function's own key, so that its calls name it. */
  readonly accessKeyId: string;
  /** Changes when the code does. */
  readonly codeSha256: string;
}

/** The runtime that this process can give a function. */
export const runtimeHere = `nodejs${process.versions.node.split('.')[0]}.x`;
