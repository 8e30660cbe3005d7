import { accessOf } from '../protocols/leaderless/access.ts'
import { configure } from '../protocols/leaderless/config.ts'
import type { Topology } from '../topology/types.ts'

/** The parameters of the leaderless strategy that the model looks at, as its manifest names them. */
export interface LeaderlessParams {
  n: number
  r: number
  w: number
  coordinator: 'client' | 'replica'
  readFanout: 'all' | 'quorum'
  readScope: 'any' | 'local'
  writeScope: 'any' | 'local' | 'each'
  durability: 'memory' | 'fsync'
}

/** Why leaderless replication set so has no model, as a sentence; null where it has one. */
export function leaderlessRefusal({ replication, consistency, workload }: Topology): string | null {
  const { reads, writes, swaps } = accessOf(configure(replication.params), consistency.read)
  if (reads === 'abd') return 'No model predicts linearizable registers (ABD) yet: run it instead.'
  const hasSwaps = swaps && workload.kind === 'mix' && workload.mix.compareAndSet > 0
  return reads === 'serial' || writes === 'paxos' || hasSwaps
    ? 'No model predicts rounds of Paxos yet: run it instead.'
    : null
}

/** Reads them from a topology that `canPredict` accepts; what a file leaves out has the strategy's default. */
export function leaderlessParams({ replication: { params } }: Topology): LeaderlessParams {
  const choice = <T extends string>(name: string, choices: readonly T[]): T =>
    choices.find((known) => known === params[name]) ?? choices[0]
  const integer = (name: string, fallback: number): number => {
    const value = params[name]
    return typeof value === 'number' ? value : fallback
  }
  return {
    n: integer('n', 3),
    r: integer('r', 2),
    w: integer('w', 2),
    coordinator: choice('coordinator', ['replica', 'client']),
    readFanout: choice('readFanout', ['all', 'quorum']),
    readScope: choice('readScope', ['any', 'local']),
    writeScope: choice('writeScope', ['any', 'local', 'each']),
    durability: choice('durability', ['memory', 'fsync']),
  }
}
