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
