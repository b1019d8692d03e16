import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runtimeError } from './error.ts';

export type Handler = (event: unknown, context: object) => unknown;

/**
 * The function that a handler string such as `index.handler` or `folder/module.nested.handler` names: the module with the
 * extension `.js`, `.mjs` or `.cjs` in the function's folder, the export behind the first dot.
 *
 * Throws Lambda's errors: `Runtime.MalformedHandlerName`, `Runtime.ImportModuleError`, `Runtime.UserCodeSyntaxError`,
 * `Runtime.HandlerNotFound`, `Runtime.CallbackHandlerDeprecated`, and whatever the module itself throws.
 */
export async function loadHandler(folder: string, handlerName: string): Promise<Handler> {
  const [, moduleName, exportPath] = /^([^.]*)\.(.+)$/.exec(path.basename(handlerName)) ?? [];
  if (moduleName === undefined || exportPath === undefined || handlerName.includes('..')) {
    throw runtimeError('MalformedHandlerName', `'${handlerName}' is not a valid handler name`);
  }
  const module = await load(path.resolve(folder, path.dirname(handlerName), moduleName));
  let handler: unknown = module;
  for (const key of exportPath.split('.')) handler = (handler as Record<string, unknown> | undefined)?.[key];
  if (!handler) throw runtimeError('HandlerNotFound', `${handlerName} is undefined or not exported`);
  if (typeof handler !== 'function') throw runtimeError('HandlerNotFound', `${handlerName} is not a function`);
  if (handler.length > 2) {
    const message =
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. Use an async handler.';
    throw runtimeError('CallbackHandlerDeprecated', message);
  }
  return handler as Handler;
}

async function load(base: string): Promise<unknown> {
  const file = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find(existsSync);
  if (file === undefined) throw runtimeError('ImportModuleError', `Error: Cannot find module '${path.basename(base)}'`);
  try {
    return file.endsWith('.cjs') ? createRequire(file)(file) : unwrap(await import(pathToFileURL(file).href));
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('UserCodeSyntaxError', String(error));
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'MODULE_NOT_FOUND') throw runtimeError('ImportModuleError', String(error));
    throw error;
  }
}

/** A `.js` file may be CommonJS, whose exports the import puts under `default`. */
function unwrap(module: Record<string, unknown>): unknown {
  return 'module.exports' in module ? module['module.exports'] : module;
}
