const WallDate = Date;
let offsetMs = 0;
let shifted = false;

/**
 * Lets `Date` tell the engine's time, as a sandbox on AWS tells that of the services around it. The engine's clock may be
 * set or run faster than the wall; inside one invocation time passes as on the wall. Nothing is touched while both agree.
 */
export function shiftDate(nextOffsetMs: number): void {
  offsetMs = nextOffsetMs;
  if (shifted || Math.abs(offsetMs) < 1) return;
  shifted = true;
  const now = (): number => WallDate.now() + Math.round(offsetMs);
  globalThis.Date = new Proxy(WallDate, {
    construct: (target, parameters, newTarget) =>
      Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget),
    apply: () => new WallDate(now()).toString(),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
  WallDate.prototype.constructor = globalThis.Date;
}
