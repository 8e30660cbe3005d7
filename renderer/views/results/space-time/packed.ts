import type { PackedOperations } from '../../../../shared/ipc/contract.ts'

/** Operations with others among them, in the order of their rows, each once. Their total stays that of the first. */
export function withRows(some: PackedOperations, others: PackedOperations): PackedOperations {
  const known = new Set(some.row)
  const missing = others.row.flatMap((row, at) => (known.has(row) ? [] : [at]))
  if (missing.length === 0) return some
  const order = [
    ...some.row.map((row, at) => ({ row, from: some, at })),
    ...missing.map((at) => ({ row: others.row[at], from: others, at })),
  ].sort((a, b) => a.row - b.row)
  const column = <Name extends Exclude<keyof PackedOperations, 'total' | 'label'>>(
    name: Name,
  ): PackedOperations[Name] => order.map(({ from, at }) => from[name][at]) as PackedOperations[Name]
  return {
    total: some.total,
    row: column('row'),
    session: column('session'),
    client: column('client'),
    f: column('f'),
    key: column('key'),
    value: column('value'),
    result: column('result'),
    status: column('status'),
    error: column('error'),
    invokedMs: column('invokedMs'),
    endedMs: column('endedMs'),
    place: column('place'),
    stale: column('stale'),
    label:
      some.label === null || others.label === null
        ? null
        : order.map(({ from, at }) => from.label?.[at] ?? ''),
  }
}
