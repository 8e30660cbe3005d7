import type { FaultSpec, MixWorkload, Topology } from '../../topology/types.ts'
import { GIVEN_UP_MS, vantagesOf, withVantages, type Load } from './sites.ts'
import type { Probe, Site } from './types.ts'

/** What the probes of a battery are made of: the topology laid bare, the load that they share, and their course. */

/** Names of probes, and what a datasheet without the long ones leaves out. */
export interface BatteryOptions {
  seed: number
  /** Fewer samples and no search for the saturation: for tests. */
  isQuick: boolean
}

/**
 * Every probe with a fault has the same course: calm, then the fault, long enough for elections, leases and operators'
 * delays to be over, then calm again. Virtual time costs little.
 */
export const COURSE = {
  warmupMs: 2_000,
  faultAtMs: 10_000,
  forMs: 90_000,
  afterMs: 20_000,
  /** The last part of the fault, in which both sides have settled. */
  settledMs: 20_000,
  /** After the start of an operation this long, it was answered or given up; later ones are not counted. */
  givenUpMs: GIVEN_UP_MS,
} as const

/** Of all clients together: small enough that no replica is busy, and an outage is known to some hundredths of a second. */
const RATE_PER_S = 200
const KEYS = 1_000
const NO_OPERATIONS = {
  read: 0,
  update: 0,
  insert: 0,
  scan: 0,
  readModifyWrite: 0,
  compareAndSet: 0,
  delete: 0,
}

/** The topology without faults, joins and leaves, expectations, and its own length. */
export function bare(
  topology: Topology,
  { seed }: BatteryOptions,
  run: { durationMs?: number; warmupMs?: number } = {},
): Topology {
  const left: Topology = {
    ...topology,
    faults: [],
    expect: [],
    run: { ...topology.run, ...run, seed, timeScale: 1 },
  }
  delete left.changes
  return left
}

export function mixOf({ workload }: Topology, shares: Partial<MixWorkload['mix']>): MixWorkload {
  return {
    kind: 'mix',
    mix: { ...NO_OPERATIONS, ...shares },
    mixName: 'custom',
    keys: KEYS,
    distribution: { kind: 'scrambled-zipfian', constant: 0.99 },
    valueBytes: workload.valueBytes,
    scanLengthMax: 1,
  }
}

export function plain(kind: Probe['kind'], title: string, topology: Topology): Probe {
  return { name: kind, kind, title, topology, cut: null, struck: [], sessions: null, unbound: null }
}

/** The load of every probe with faults. The same until the first fault, whatever that is: so the baseline tells who leads. */
export function courseOf(
  topology: Topology,
  sites: readonly Site[],
  options: BatteryOptions,
  faults: FaultSpec[] = [],
): Topology & { workload: MixWorkload } {
  const ratePerS = RATE_PER_S / vantagesOf(sites).length
  const load: Load = {
    // So that one is free although all others wait for an answer that never comes.
    sessions: Math.ceil((ratePerS * GIVEN_UP_MS) / 1_000) + 8,
    loop: { open: { ratePerS } },
  }
  const durationMs = COURSE.faultAtMs + COURSE.forMs + COURSE.afterMs
  return {
    ...withVantages(bare(topology, options, { durationMs, warmupMs: COURSE.warmupMs }), sites, load),
    workload: mixOf(topology, { read: 0.7, update: 0.3 }),
    faults,
  }
}
