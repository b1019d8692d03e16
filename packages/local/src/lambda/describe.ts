import type { FunctionDefinition } from './definition.ts';

/** A function's configuration as Lambda's API shows it. */
export function describeFunction(definition: FunctionDefinition): object {
  const { environment, logFormat, logLevel, logGroupName } = definition;
  return {
    FunctionName: definition.functionName,
    FunctionArn: definition.functionArn,
    Runtime: definition.runtime,
    Role: definition.role,
    Handler: definition.handler,
    CodeSha256: definition.codeSha256,
    Description: definition.description,
    Timeout: definition.timeoutSeconds,
    MemorySize: definition.memoryMb,
    Version: '$LATEST',
    PackageType: 'Zip',
    Architectures: [definition.architecture],
    State: 'Active',
    LastUpdateStatus: 'Successful',
    TracingConfig: { Mode: 'PassThrough' },
    ...(Object.keys(environment).length === 0 ? {} : { Environment: { Variables: environment } }),
    LoggingConfig: {
      LogFormat: logFormat,
      LogGroup: logGroupName,
      ...(logLevel === undefined ? {} : { ApplicationLogLevel: logLevel }),
    },
  };
}
