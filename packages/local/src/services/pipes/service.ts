import { randomUUID } from 'node:crypto';
import type { AwsRequest, AwsResponse, Service } from '../../gateway/service.ts';
import { parseObject } from '../../lambda/request.ts';
import { failureResponse, ServiceFailure } from '../../wire/failure.ts';
import { describePipe, summaryOf, transitionOf } from './describe.ts';
import type { Pipe } from './pipe.ts';
import type { Pipes } from './pipes.ts';
import { invalid, readChange, readNewPipe } from './read-pipe.ts';

type Operation = (request: AwsRequest, pipes: Pipes) => object;

const operations: Readonly<Record<string, Operation>> = {
  CreatePipe: (request, pipes) => {
    const read = readNewPipe({ ...parseObject(request.body), Name: nameIn(request) });
    if (!read.ok) throw invalid(read.mistakes);
    const { name } = read.pipe;
    if (pipes.get(name) !== undefined) throw conflict(name, `Pipe ${name} already exists`);
    return transitionOf(pipes.create(read.pipe));
  },
  DescribePipe: (request, pipes) => describePipe(find(request, pipes)),
  UpdatePipe: (request, pipes) => {
    const pipe = find(request, pipes);
    const read = readChange(parseObject(request.body), pipe);
    if (!read.ok) throw invalid(read.mistakes);
    assertIn(pipe, ['RUNNING', 'STOPPED', 'START_FAILED', 'UPDATE_FAILED']);
    const { given, definition, desired } = read.change;
    pipe.update(given, definition, desired);
    return transitionOf(pipe);
  },
  StartPipe: (request, pipes) => {
    const pipe = find(request, pipes);
    assertIn(pipe, ['STOPPED', 'START_FAILED', ...(pipe.polls ? [] : ['UPDATE_FAILED'])]);
    pipe.start();
    return transitionOf(pipe);
  },
  StopPipe: (request, pipes) => {
    const pipe = find(request, pipes);
    assertIn(pipe, ['RUNNING', ...(pipe.polls ? ['UPDATE_FAILED'] : [])]);
    pipe.stop();
    return transitionOf(pipe);
  },
  DeletePipe: (request, pipes) => {
    const pipe = find(request, pipes);
    if (pipe.isInTransition) throw inTransition(pipe);
    pipe.delete();
    return transitionOf(pipe);
  },
  ListPipes: (request, pipes) => listPipes(request, pipes),
  ListTagsForResource: (request, pipes) => ({ tags: tagged(request, pipes).tags }),
  TagResource: (request, pipes) => {
    const pipe = tagged(request, pipes);
    const { tags } = parseObject(request.body);
    pipes.tag(pipe, { ...pipe.tags, ...(tags as Record<string, string> | undefined) });
    return {};
  },
  UntagResource: (request, pipes) => {
    const pipe = tagged(request, pipes);
    const removed = new Set(request.query.getAll('tagKeys'));
    pipes.tag(pipe, Object.fromEntries(Object.entries(pipe.tags).filter(([key]) => !removed.has(key))));
    return {};
  },
};

/** The API of EventBridge Pipes. */
export function pipesService(pipes: Pipes): Service {
  return {
    async handle(request) {
      const operation = Object.hasOwn(operations, request.operation) ? operations[request.operation] : undefined;
      if (operation === undefined) {
        const asked = request.operation || `${request.method} ${request.path}`;
        const message = `The local engine does not serve ${asked} of Pipes; it serves ${Object.keys(operations).sort().join(', ')}`;
        return failureResponse(request, { code: 'UnknownOperationException', message, status: 501 });
      }
      try {
        return json(operation(request, pipes));
      } catch (error) {
        if (error instanceof ServiceFailure) return failureResponse(request, error.failure);
        throw error;
      }
    },
  };
}

const pageMax = 100;

function listPipes({ query }: AwsRequest, pipes: Pipes): object {
  const limit = Number(query.get('Limit') ?? query.get('limit') ?? pageMax);
  const from = Number(query.get('NextToken') ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > pageMax) throw invalid([`Limit: ${limit} is not from 1 to 100`]);
  if (!Number.isInteger(from) || from < 0) throw invalid(['NextToken: it is none that ListPipes gave']);
  const wanted = (name: string, value: string) => (query.get(name) ?? value) === value;
  const begins = (name: string, value: string) => value.startsWith(query.get(name) ?? '');
  const found = pipes
    .list()
    .filter(
      ({ identity, desired, state }) =>
        begins('NamePrefix', identity.name) && wanted('DesiredState', desired) && wanted('CurrentState', state),
    )
    .filter(
      ({ definition }) => begins('SourcePrefix', definition.source) && begins('TargetPrefix', definition.target.arn),
    );
  const to = from + limit;
  return { Pipes: found.slice(from, to).map(summaryOf), ...(to < found.length ? { NextToken: String(to) } : {}) };
}

function nameIn({ path }: AwsRequest): string {
  return decodeURIComponent(path.split('/')[3] ?? '');
}

function find(request: AwsRequest, pipes: Pipes): Pipe {
  return found(pipes.get(nameIn(request)), nameIn(request));
}

function tagged({ path }: AwsRequest, pipes: Pipes): Pipe {
  const arn = decodeURIComponent(path.replace(/^\/tags\//, ''));
  return found(
    pipes.list().find(({ identity }) => identity.arn === arn),
    arn,
  );
}

function found(pipe: Pipe | undefined, name: string): Pipe {
  if (pipe !== undefined) return pipe;
  throw new ServiceFailure({ code: 'NotFoundException', message: `Pipe ${name} does not exist`, status: 404 });
}

function assertIn(pipe: Pipe, states: readonly string[]): void {
  if (!states.includes(pipe.state)) throw inTransition(pipe);
}

function inTransition({ identity: { name }, state }: Pipe): ServiceFailure {
  return conflict(name, `Pipe ${name} is in the state ${state}, which does not allow this`);
}

function conflict(name: string, message: string): ServiceFailure {
  const detail = { resourceId: name, resourceType: 'pipe' };
  return new ServiceFailure({ code: 'ConflictException', message, status: 409, detail });
}

function json(body: object): AwsResponse {
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() };
  return { status: 200, headers, body: JSON.stringify(body) };
}
