import { DEFAULTS } from './defaults.ts'
import type { KeyDistribution, MixSpec } from './types.ts'

/**
 * The core workloads of the Yahoo! Cloud Serving Benchmark (Cooper et al., SoCC 2010), as its repository states them in
 * `workloads/workload[a-f]`. Its request distribution "zipfian" is the scrambled one (`ScrambledZipfianGenerator`).
 */
const NONE: MixSpec = {
  read: 0,
  update: 0,
  insert: 0,
  scan: 0,
  readModifyWrite: 0,
  compareAndSet: 0,
  delete: 0,
}
const SCRAMBLED: KeyDistribution = { kind: 'scrambled-zipfian', constant: DEFAULTS.zipfianConstant }
const LATEST: KeyDistribution = { kind: 'latest', constant: DEFAULTS.zipfianConstant }

export const YCSB_MIXES: ReadonlyMap<string, { mix: MixSpec; distribution: KeyDistribution }> = new Map([
  ['ycsb-a', { mix: { ...NONE, read: 0.5, update: 0.5 }, distribution: SCRAMBLED }],
  ['ycsb-b', { mix: { ...NONE, read: 0.95, update: 0.05 }, distribution: SCRAMBLED }],
  ['ycsb-c', { mix: { ...NONE, read: 1 }, distribution: SCRAMBLED }],
  ['ycsb-d', { mix: { ...NONE, read: 0.95, insert: 0.05 }, distribution: LATEST }],
  ['ycsb-e', { mix: { ...NONE, scan: 0.95, insert: 0.05 }, distribution: SCRAMBLED }],
  ['ycsb-f', { mix: { ...NONE, read: 0.5, readModifyWrite: 0.5 }, distribution: SCRAMBLED }],
])

/** A distribution by its name alone, with its usual parameters. */
export function keyDistributionNamed(kind: KeyDistribution['kind']): KeyDistribution {
  switch (kind) {
    case 'uniform':
      return { kind }
    case 'hotspot':
      return { kind, ...DEFAULTS.hotspot }
    case 'zipfian':
    case 'scrambled-zipfian':
    case 'latest':
      return { kind, constant: DEFAULTS.zipfianConstant }
  }
}
