import { getCompileCacheDir } from 'node:module';
import type { FunctionDefinition } from './definition.ts';

export interface SandboxNames {
  /** The engine's address, where every AWS client in the sandbox sends its calls. */
  readonly endpoint: string;
  readonly region: string;
  /** Names the sandbox in its calls; the access key names the function. */
  readonly sessionToken: string;
  readonly logStreamName: string;
}

/**
 * The environment of a sandbox as Lambda's nodejs runtime sets it, the function's own variables, and nothing of the
 * engine's: what Lambda reserves cannot be overridden, the rest can. HOME does not exist, as on Lambda, so that no AWS client finds its user's configuration.
 */
export function sandboxEnvironment(definition: FunctionDefinition, names: SandboxNames): Record<string, string> {
  const compileCache = getCompileCacheDir();
  return {
    // Where this process keeps compiled code, sandboxes do too: cold starts are what takes most of their time. The bootstrap takes it from the environment.
    ...(compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache }),
    HOME: '/home/sbx_user1051',
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
    ...(definition.logLevel === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: definition.logLevel }),
    ...definition.environment,
    _HANDLER: definition.handler,
    AWS_ACCESS_KEY_ID: definition.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: names.sessionToken,
    AWS_DEFAULT_REGION: names.region,
    AWS_REGION: names.region,
    AWS_ENDPOINT_URL: names.endpoint,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: definition.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: definition.logFormat,
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: names.logStreamName,
    LAMBDA_TASK_ROOT: definition.codeFolder,
  };
}

/** Where NODE_OPTIONS says nothing, a tenth of the memory is left to buffers outside the heap, as on Lambda. */
export function nodeFlags({ environment, memoryMb }: FunctionDefinition): string[] {
  if (/max[-_]old[-_]space[-_]size/.test(environment.NODE_OPTIONS ?? '')) return [];
  return [`--max-old-space-size=${Math.floor(memoryMb * 0.9)}`];
}
