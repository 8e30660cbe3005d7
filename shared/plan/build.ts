import { assert } from '../base/assert.ts'
import { nsOfMs } from '../base/time.ts'
import type { RunSpec, Topology } from '../topology/types.ts'
import { areNamesOrdered, keyNameOf } from '../workload/key-names.ts'
import { planShards } from './changes.ts'
import { planFaults } from './faults.ts'
import { ShardedKeySpace, WHOLE } from './key-space.ts'
import type { KeySpace } from './key-space.ts'
import { linkTable } from './links.ts'
import { RangeKeySpace, splitPlan, withUnborn } from './ranges.ts'
import type { Place, Plan } from './types.ts'

/** What the command line or the window says instead of the file. */
export interface PlanOptions {
  seed?: number
  durationMs?: number
}

/** Replicas in file order, then clients. */
export function placesOf(topology: Topology): Place[] {
  const place = (kind: Place['kind']) => (spec: { id: string; region: string; zone: string | null }) => ({
    id: 0,
    name: spec.id,
    kind,
    region: spec.region,
    zone: spec.zone,
  })
  const places = [...topology.replicas.map(place('replica')), ...topology.clients.map(place('client'))]
  return places.map((each, id) => ({ ...each, id }))
}

/** A shorter run has a shorter warm-up, in proportion, so that there is always something to measure. */
function runOf(run: RunSpec, { seed = run.seed, durationMs = run.durationMs }: PlanOptions): RunSpec {
  const warmupMs = durationMs < run.durationMs ? (run.warmupMs * durationMs) / run.durationMs : run.warmupMs
  return { ...run, seed, durationMs, warmupMs }
}

/** Ranges of names that sort as key numbers do hold neighbouring numbers. */
function keySpaceOf(
  { partitioning, workload }: Topology,
  shards: number,
  ownerOf: (key: number) => number,
): KeySpace {
  if (shards === 1) return WHOLE
  return new ShardedKeySpace(shards, ownerOf, partitioning.scheme === 'range' && areNamesOrdered(workload))
}

/**
 * Turns a topology into the plan of one run: every choice that does not wait for the run itself is made here, and the
 * same topology and options give the same plan. `Plan.topology.run` states what the options made of the file's.
 *
 * A probe has no duration, for it ends with its samples, and no warm-up, for it reads each offset `samples` times.
 */
export function buildPlan(topology: Topology, options: PlanOptions = {}): Plan {
  const run = runOf(topology.run, options)
  assert(
    Number.isSafeInteger(run.seed) && run.seed >= 0,
    () => `seed ${run.seed} is not a whole number from 0`,
  )
  assert(run.durationMs > 0, () => `a run cannot last ${run.durationMs} ms`)
  const places = placesOf(topology)
  const replicaCount = topology.replicas.length
  const { workload } = topology
  const isProbe = workload.kind === 'probe'
  const seeded = { ...topology, run }
  const { shards, ownerOf, changes } = planShards(seeded)
  const splits = splitPlan(topology, shards.length, ownerOf)
  const keySpace =
    splits === null ? keySpaceOf(topology, shards.length, ownerOf) : new RangeKeySpace(splits.starts)
  return {
    topology: { ...topology, run },
    seed: run.seed,
    places,
    replicaCount,
    shards: splits === null ? shards : withUnborn(shards, splits.spec.rangesMax),
    changes,
    splits,
    keySpace,
    keyName: keyNameOf(workload),
    links: linkTable(places, topology.links),
    faults: planFaults(topology.faults),
    workload,
    durationNs: isProbe ? Infinity : nsOfMs(run.durationMs),
    warmupNs: isProbe ? 0 : nsOfMs(run.warmupMs),
  }
}
