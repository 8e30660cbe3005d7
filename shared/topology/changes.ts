import type { Topology } from './types.ts'

/** Those that are there when the run begins: all but the ones whose first change is to join. */
export function initialReplicas({ replicas, changes = [] }: Topology): Topology['replicas'] {
  const first = new Map<string, string>()
  for (const { change } of inOrder(changes)) {
    if (!first.has(change.replica)) first.set(change.replica, change.kind)
  }
  return replicas.filter(({ id }) => first.get(id) !== 'join')
}

/** By instant, and of one instant as the file has them. */
export function inOrder(changes: NonNullable<Topology['changes']>) {
  return changes
    .map((change, index) => ({ change, index }))
    .sort((a, b) => a.change.atMs - b.change.atMs || a.index - b.index)
}
