const transportKeys = new Set(['aws:SecureTransport', 's3:TlsVersion']);

/** Whether a statement of a policy document denies plain or old TLS alone, which a loopback port does not have. */
export function demandsTls(statement: unknown): boolean {
  const { Effect, Condition } = (statement ?? {}) as { readonly Effect?: string; readonly Condition?: object };
  const keys = Object.values(Condition ?? {}).flatMap((operands) => Object.keys(operands as object));
  return Effect === 'Deny' && keys.length > 0 && keys.every((key) => transportKeys.has(key));
}
