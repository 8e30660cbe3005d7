import { Rng } from '../base/rng.ts'
import type { Habitat, Range } from '../protocols/_broken/planted-bug.ts'
import type { StrategyManifest } from '../topology/strategy.ts'
import type { FaultSpec } from '../topology/types.ts'
import { randomFaults, randomLink } from './random-topology.ts'

/** A topology file as parsed JSON, as far as it is drawn and shrunk. */
export interface TopologyFile {
  [field: string]: unknown
  replicas: Record<string, unknown>[]
  clients: Record<string, unknown>[]
  faults: (Record<string, unknown> & { kind: FaultSpec['kind'] })[]
  run: { durationMs: number; seed: number }
}

/** Faults begin and end within this share of a run whose end nobody waits for. */
const FAULTY_SHARE = 0.85

/** A random topology of a habitat under a random schedule of faults; the same seed gives the same file. */
export function randomHabitat(manifest: StrategyManifest, habitat: Habitat, seed: number): TopologyFile {
  const rng = Rng.stream(seed, `habitat/${manifest.id}`)
  const draw = ([least, greatest]: Range) => rng.between(least, greatest)
  const around = (greatest: number) => rng.between(-greatest, greatest)
  const {
    clockOffsetMs = 0,
    clockDriftPpm = 0,
    clockUncertaintyMs,
    fsyncMs,
    link,
    recoveryMs = 0,
    thinkMs = [2, 15],
    retries = 0,
    split,
  } = habitat
  const region = 'here'
  const replicas = Array.from({ length: draw(habitat.replicas) }, (_, index) => ({
    id: `r${index}`,
    region,
    ...(fsyncMs === undefined ? {} : { disk: { fsync: draw(fsyncMs) } }),
    ...(clockOffsetMs + clockDriftPpm > 0
      ? {
          clock: {
            offsetMs: around(clockOffsetMs),
            driftPpm: rng.below(2) === 0 ? clockDriftPpm : -clockDriftPpm,
            ...(clockUncertaintyMs === undefined ? {} : { uncertaintyMs: clockUncertaintyMs }),
          },
        }
      : {}),
  }))
  const clients = Array.from({ length: draw(habitat.clients ?? [2, 3]) }, (_, index) => ({
    id: `c${index}`,
    region,
    sessions: draw([1, 3]),
    loop: { closed: { thinkMs: { dist: 'exponential', meanMs: draw(thinkMs) } } },
    timeoutMs: habitat.timeoutMs ?? 300,
    ...(retries > 0 ? { retry: { max: retries, backoffMs: 10, backoffMsMax: 100 } } : {}),
  }))
  const durationMs = draw(habitat.durationMs)
  const untilMs = Math.floor(durationMs * (recoveryMs > 0 ? 1 : FAULTY_SHARE))
  const params = Object.entries(habitat.params).map(([name, value]) => [
    name,
    Array.isArray(value) ? draw(value as unknown as Range) : value,
  ])
  return {
    format: 'replica-lab/topology@1',
    name: `planted bug ${seed}`,
    regions: [{ id: region }],
    replicas,
    clients,
    links: { default: link ?? randomLink(rng) },
    replication: { strategy: manifest.id, params: Object.fromEntries(params) as Record<string, unknown> },
    consistency: {
      read: habitat.read ?? 'eventual',
      session: habitat.session ?? [],
      onPartition: habitat.onPartition ?? 'consistency',
    },
    workload: {
      mix: habitat.mix ?? { read: 0.5, update: 0.5 },
      keys: draw(habitat.keys ?? [1, 2]),
      valueBytes: 10,
      ...(split === undefined ? {} : { insertOrder: 'ordered' }),
    },
    ...(split === undefined ? {} : { partitioning: splitting(split, draw) }),
    ...(habitat.changes === undefined ? {} : comingsAndGoings(rng, draw(habitat.changes), replicas, untilMs)),
    faults: scheduleOf(
      rng,
      habitat,
      manifest,
      replicas.map(({ id }) => id),
      clients.map(({ id }) => id),
      untilMs,
    ),
    run: { durationMs: durationMs + recoveryMs, seed },
  }
}

/** A key space in a few shards, and replicas that join and leave in turn: the last one is not there when the run begins. */
function comingsAndGoings(
  rng: Rng,
  count: number,
  replicas: readonly { id: string }[],
  untilMs: number,
): Record<string, unknown> {
  const there = replicas.map(({ id }) => id)
  let away = there.pop() as string
  const changes = Array.from({ length: count }, (_, index) => {
    const atMs = Math.floor((untilMs * (index + rng.below(100) / 100)) / count)
    if (index % 2 === 0) {
      there.push(away)
      return { atMs, kind: 'join', replica: away }
    }
    ;[away] = there.splice(rng.below(there.length), 1)
    return { atMs, kind: 'leave', replica: away }
  })
  return { partitioning: { scheme: 'hash', shards: 3 }, changes }
}

/** One range at first. */
function splitting({ byKeys, checkEveryMs }: NonNullable<Habitat['split']>, draw: (range: Range) => number) {
  return { scheme: 'range', shards: 1, split: { byKeys, checkEveryMs: draw(checkEveryMs) } }
}

function scheduleOf(
  rng: Rng,
  habitat: Habitat,
  manifest: StrategyManifest,
  replicas: string[],
  clients: string[],
  untilMs: number,
): TopologyFile['faults'] {
  const { faults, faultCount, faultMs, atLeaders = 0, inTurn = false, bridge = false } = habitat
  const names = { regions: [], replicas, clients }
  const drawn = randomFaults(
    rng,
    names,
    manifest.roles,
    untilMs,
    faults,
    faultCount,
  ) as TopologyFile['faults']
  for (const fault of drawn) {
    if (faultMs !== undefined) fault['forMs'] = rng.between(faultMs[0], faultMs[1])
    if ('replica' in fault && rng.chancePpm(atLeaders * 10_000)) fault['replica'] = 'leader'
  }
  if (inTurn) putInTurn(drawn, untilMs)
  if (bridge) drawn.push(...bridgeCuts(rng, replicas))
  return drawn.sort((a, b) => Number(a['atMs']) - Number(b['atMs']))
}

/** One after another from the beginning on, as many as there is time for. */
function putInTurn(faults: TopologyFile['faults'], untilMs: number): void {
  let atMs = 50
  for (const fault of faults) {
    fault['atMs'] = atMs
    atMs += Number(fault['forMs'])
  }
  const late = faults.findIndex((fault) => Number(fault['atMs']) >= untilMs)
  if (late >= 0) faults.length = late
}

/** One replica reaches all others, which reach nobody but it, to the end of the run. */
function bridgeCuts(rng: Rng, replicas: readonly string[]): TopologyFile['faults'] {
  const middle = replicas[rng.below(replicas.length)]
  const atMs = rng.between(100, 400)
  const others = replicas.filter((name) => name !== middle)
  return others.flatMap((from, position) =>
    others.slice(position + 1).map((to) => ({ kind: 'cut' as const, from, to, atMs })),
  )
}
