import { Rng } from '../base/rng.ts'
import type { ParamSpec, StrategyManifest } from '../topology/strategy.ts'
import type { DistributionSpec, FaultSpec, SessionGuarantee } from '../topology/types.ts'
import { HABITS, NO_HABITS } from './random-habits.ts'
import type { Bend } from './random-habits.ts'
import { randomShards } from './random-shards.ts'
import { withSplits } from './random-splits.ts'

/** Faults begin and end within this share of a random run; what is left shows whether the healed system works. */
const FAULTY_SHARE = 0.5

type Json = Record<string, unknown>

const OF_ONE_KEY: readonly SessionGuarantee[] = ['read-your-writes', 'monotonic-reads']

/**
 * A random topology file for a strategy, as parsed JSON: small enough to run in checked mode in some milliseconds,
 * and odd enough to reach corners: lossy, reordering, slow and bandwidth-limited links, skewed clocks, slow disks,
 * overload, every fault. The same seed and attempt give the same file. The strategy's own
 * checks may refuse it; another attempt then draws another.
 */
export function randomTopology(manifest: StrategyManifest, seed: number, attempt = 0): Json {
  const rng = Rng.stream(seed, `random-topology/${manifest.id}/${attempt}`)
  const pick = <T>(choices: readonly T[]): T => choices[rng.below(choices.length)]
  const chance = (percent: number) => rng.chancePpm(percent * 10_000)
  const {
    ranges,
    levels,
    sessions = OF_ONE_KEY,
    fixed = [],
    timeoutMs,
    pace,
    recoveryMs,
  } = HABITS[manifest.id] ?? NO_HABITS
  const regions = Array.from({ length: rng.between(1, 3) }, (_, index) => `region${index}`)
  const replicas = Array.from({ length: rng.between(1, 6) }, (_, index) => ({
    id: `r${index}`,
    region: pick(regions),
    ...(chance(30) ? { disk: { fsync: randomDuration(rng, 5) } } : {}),
    ...(chance(30) ? { clock: { offsetMs: rng.between(-200, 200), driftPpm: rng.between(-500, 500) } } : {}),
    ...(chance(30) ? { service: { perMessageMs: randomDuration(rng, 1) } } : {}),
  }))
  const clients = Array.from({ length: rng.between(1, 3) }, (_, index) => ({
    id: `c${index}`,
    region: pick(regions),
    sessions: rng.between(1, 4),
    loop: chance(50)
      ? { open: { ratePerS: Math.ceil(rng.between(20, 400) / pace) } }
      : {
          closed: {
            thinkMs: chance(50)
              ? pace * rng.between(1, 20)
              : { dist: 'exponential', meanMs: pace * rng.between(2, 30) },
          },
        },
    timeoutMs: rng.between(timeoutMs[0], timeoutMs[1]),
    ...(chance(40)
      ? { retry: { max: rng.between(1, 3), backoffMs: rng.between(1, 50), backoffMsMax: 200 } }
      : {}),
  }))
  const durationMs = rng.between(400, 3000)
  const bend = bendOf(manifest.id, seed)
  const names = { regions, replicas: replicas.map(({ id }) => id), clients: clients.map(({ id }) => id) }
  const file = {
    format: 'replica-lab/topology@1',
    name: `random ${seed}`,
    regions: regions.map((id) => ({ id })),
    replicas,
    clients,
    links: {
      default: randomLink(rng),
      ...(chance(50)
        ? { between: [{ from: pick(regions), to: pick(names.replicas), ...randomLink(rng) }] }
        : {}),
    },
    replication: {
      strategy: manifest.id,
      params: Object.fromEntries(
        manifest.params
          .filter((spec) => !fixed.includes(spec.name))
          .filter((spec) => chance(60) || !isWithin(spec.default, ranges[spec.name]))
          .map((spec) => [spec.name, randomParam(spec, ranges[spec.name], rng, replicas.length)]),
      ),
    },
    consistency: {
      session: chance(30) ? [pick(sessions)] : [],
      onPartition: pick(['consistency', 'availability']),
      ...(levels.length > 0 ? { read: pick(levels) } : {}),
    },
    workload: chance(10)
      ? { kind: 'probe', offsetsMs: [0, rng.between(1, 20)], samples: rng.between(5, 60) }
      : {
          mix: pick<unknown>([
            'ycsb-a',
            'ycsb-b',
            'ycsb-d',
            'ycsb-f',
            { read: 0.4, update: 0.4, delete: 0.2 },
            { read: 0.5, update: 0.4, scan: 0.1 },
          ]),
          keys: rng.between(1, 30),
          valueBytes: rng.between(1, 2000),
        },
    ...randomShards(manifest, seed, attempt, names.replicas, Math.floor(durationMs * FAULTY_SHARE)),
    faults: randomFaults(rng, names, manifest.roles, Math.floor(durationMs * FAULTY_SHARE)),
    run: { durationMs: durationMs + recoveryMs, seed },
  }
  const made = bend === null ? file : bent(file, bend, replicas.length, seed)
  return withSplits(made, manifest, seed, attempt)
}

/** The same for every attempt of a seed, from a stream of its own. */
function bendOf(id: string, seed: number): Bend | null {
  let percent = Rng.stream(seed, `random-topology/${id}/bend`).below(100)
  for (const bend of HABITS[id]?.bends ?? []) {
    if (percent < bend.percent) return bend
    percent -= bend.percent
  }
  return null
}

/** Without retries, since a retried write may happen twice and no checker could judge the history. */
function bent(file: Json, bend: Bend, replicas: number, seed: number): Json {
  const { params, consistency, mixes, clocks } = bend
  const replication = file.replication as { strategy: string; params: Json }
  const workload = file.workload as Json
  const mix = mixes?.[seed % mixes.length]
  return {
    ...file,
    ...(clocks === undefined ? {} : withClocks(file, clocks, seed)),
    clients: (file.clients as Json[]).map((client) => ({ ...client, retry: { max: 0 } })),
    replication: { ...replication, params: { ...replication.params, ...params(replicas) } },
    consistency: { ...(file.consistency as Json), ...consistency },
    workload: mix === undefined || workload.kind === 'probe' ? workload : { ...workload, mix },
  }
}

function withClocks(
  file: Json,
  { offsetMs, driftPpm, uncertaintyMs }: NonNullable<Bend['clocks']>,
  seed: number,
): Json {
  const rng = Rng.stream(seed, 'random-topology/clocks')
  const around = (most: number) => rng.between(-most, most)
  return {
    replicas: (file.replicas as Json[]).map((replica) => ({
      ...replica,
      clock: { offsetMs: around(offsetMs), driftPpm: around(driftPpm), uncertaintyMs },
    })),
    faults: (file.faults as Json[]).filter(({ kind }) => kind !== 'clock'),
  }
}

function isWithin(value: unknown, range: readonly [number, number] | undefined): boolean {
  return range === undefined || (typeof value === 'number' && value >= range[0] && value <= range[1])
}

function randomParam(
  spec: ParamSpec,
  range: readonly [number, number] | undefined,
  rng: Rng,
  replicas: number,
): number | boolean | string {
  if (range !== undefined) return rng.between(range[0], range[1])
  switch (spec.type) {
    case 'integer':
      return rng.between(spec.min, Math.min(spec.max, Math.max(spec.min, replicas)))
    case 'ms':
      return rng.between(Math.max(spec.min, shortestMs(spec.name)), Math.min(spec.max, pickScale(rng)))
    case 'boolean':
      return rng.below(2) === 1
    case 'choice':
      return spec.choices[rng.below(spec.choices.length)].value
  }
}

function pickScale(rng: Rng): number {
  return [500, 1000, 2000][rng.below(3)]
}

/** Time limits below what the slowest links take would leave no operation a chance. */
function shortestMs(name: string): number {
  return /timeout|suspect/i.test(name) ? 400 : 10
}

function randomDuration(rng: Rng, maxMs: number): DistributionSpec {
  const ms = rng.between(1, maxMs * 100) / 100
  switch (rng.below(4)) {
    case 0:
      return ms
    case 1:
      return { dist: 'exponential', meanMs: ms }
    case 2:
      return { dist: 'uniform', min: 0, max: ms }
    default:
      return { dist: 'pareto', xm: ms / 4, alpha: 2 }
  }
}

export function randomLink(rng: Rng): Json {
  const chance = (percent: number) => rng.chancePpm(percent * 10_000)
  return {
    oneWay: randomDuration(rng, rng.below(4) === 0 ? 60 : 4),
    ...(chance(20) ? { lossPpm: rng.between(1, 20_000) } : {}),
    ...(chance(20) ? { duplicatePpm: rng.between(1, 50_000) } : {}),
    ...(chance(20) ? { reorderPpm: rng.between(1, 100_000) } : {}),
    ...(chance(20) ? { ordered: true } : {}),
    ...(chance(10) ? { bandwidthMbps: rng.between(5, 1000) } : {}),
  }
}

const FAULT_KINDS: readonly FaultSpec['kind'][] = [
  'partition',
  'isolate',
  'cut',
  'slow',
  'loss',
  'crash',
  'pause',
  'clock',
  'slow-disk',
  'power-loss',
]

/** Faults that begin and end before `untilMs`: of every kind, unless some are named. */
export function randomFaults(
  rng: Rng,
  names: { regions: string[]; replicas: string[]; clients: string[] },
  roles: readonly string[],
  untilMs: number,
  kinds: readonly FaultSpec['kind'][] = FAULT_KINDS,
  count: readonly [number, number] = [0, 5],
): Json[] {
  const pick = <T>(choices: readonly T[]): T => choices[rng.below(choices.length)]
  const anywhere = [...names.regions, ...names.replicas, ...names.clients]
  const twoEnds = () => {
    const from = pick(anywhere)
    return { from, to: pick(anywhere.filter((name) => name !== from)) }
  }
  return Array.from({ length: rng.between(count[0], count[1]) }, () => {
    const atMs = rng.below(untilMs)
    const forMs = rng.between(1, untilMs - atMs)
    const named = pick(names.replicas)
    // Where one leads, it is the one that it hurts most to lose.
    const replica = roles.includes('leader') && rng.below(3) === 0 ? pick(['leader', 'follower']) : named
    const when = { atMs, forMs }
    switch (pick(kinds)) {
      case 'partition': {
        const sides = names.replicas.map(() => rng.below(2))
        const group = (side: number) => names.replicas.filter((_, index) => sides[index] === side)
        const groups = [group(0), group(1)].filter((members) => members.length > 0)
        return { kind: 'partition', groups, ...when }
      }
      case 'isolate':
        return { kind: 'isolate', replica, ...when }
      case 'cut':
        return { kind: 'cut', ...twoEnds(), oneWay: rng.below(2) === 1, ...when }
      case 'slow':
        return {
          kind: 'slow',
          ...twoEnds(),
          plusMs: rng.between(1, 300),
          ...when,
        }
      case 'loss':
        return {
          kind: 'loss',
          ...twoEnds(),
          lossPpm: rng.between(1, 600_000),
          ...when,
        }
      case 'crash':
        return { kind: 'crash', replica, ...when }
      case 'pause':
        return { kind: 'pause', replica, ...when }
      case 'clock':
        return {
          kind: 'clock',
          replica,
          offsetMs: rng.between(-500, 500),
          driftPpm: rng.between(-1000, 1000),
          ...when,
        }
      case 'slow-disk':
        return { kind: 'slow-disk', replica, fsync: rng.between(1, 100), ...when }
      default:
        return {
          kind: 'power-loss',
          replicas: names.replicas
            .filter(() => rng.below(2) === 1)
            .concat(named)
            .filter(unique),
          ...when,
        }
    }
  })
}

function unique<T>(value: T, index: number, all: readonly T[]): boolean {
  return all.indexOf(value) === index
}
