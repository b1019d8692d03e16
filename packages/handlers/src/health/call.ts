import * as v from 'valibot';

const name = v.pipe(v.string(), v.nonEmpty());

const watchedSource = v.object({
  source: name,
  /** ARN of its stream. */
  stream: name,
  readers: v.pipe(
    v.array(
      v.object({ reader: v.picklist(['count', 'window', 'archive']), restMs: v.pipe(v.number(), v.minValue(0)) }),
    ),
    v.minLength(1),
  ),
});

/** A source to be looked at, as the rule knows it that has the function called. */
export type WatchedSource = v.InferOutput<typeof watchedSource>;

const healthCall = v.object({ sources: v.array(watchedSource) });

/** `{ sources: [{ source: 'web', stream: 'arn:...', readers: [{ reader: 'count', restMs: 1000 }] }] }` */
export type HealthCall = v.InferOutput<typeof healthCall>;

/** Throws where the event is none. */
export function parseHealthCall(event: unknown): HealthCall {
  return v.parse(healthCall, event);
}
