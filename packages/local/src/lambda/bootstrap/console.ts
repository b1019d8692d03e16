import { format } from 'node:util';

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
type Level = (typeof levels)[number];

/**
 * Gives console lines the form that they have in Lambda's logs: `time TAB request TAB level TAB message`, or one JSON object
 * a line where the function's log format is JSON. Levels below AWS_LAMBDA_LOG_LEVEL are dropped. Returns the function that
 * names the invocation whose lines follow.
 */
export function patchConsole(): (requestId: string) => void {
  let requestId: string | undefined;
  const { AWS_LAMBDA_LOG_FORMAT: logFormat, AWS_LAMBDA_LOG_LEVEL: logLevel } = process.env;
  const line = logFormat === 'JSON' ? jsonLine : textLine;
  const lowest = Math.max(0, levels.indexOf((logLevel ?? 'TRACE') as Level));
  const logger = (level: Level) => {
    if (levels.indexOf(level) < lowest) return () => {};
    return (...parts: unknown[]) => {
      process.stdout.write(`${line(new Date().toISOString(), requestId, level, parts).replaceAll('\n', '\r')}\n`);
    };
  };
  console.trace = logger('TRACE');
  console.debug = logger('DEBUG');
  console.info = logger('INFO');
  console.log = console.info;
  console.warn = logger('WARN');
  console.error = logger('ERROR');
  return (next) => {
    requestId = next;
  };
}

function textLine(time: string, requestId: string | undefined, level: Level, parts: unknown[]): string {
  return `${time}\t${requestId}\t${level}\t${format(...parts)}`;
}

function jsonLine(timestamp: string, requestId: string | undefined, level: Level, parts: unknown[]): string {
  const error = parts.find((part) => part instanceof Error);
  const message = parts.length === 1 && error === undefined ? parts[0] : format(...parts);
  const entry = { timestamp, level, requestId, message, ...(error === undefined ? {} : errorFields(error)) };
  try {
    return JSON.stringify(entry);
  } catch {
    return JSON.stringify({ ...entry, message: format(...parts) });
  }
}

function errorFields(error: Error): object {
  return { errorType: error.name, errorMessage: error.message, stackTrace: (error.stack ?? '').split('\n') };
}
