import { expect, test } from 'vitest'
import { operationsOf } from '../../checkers/operations/index.ts'
import { checkerNamed } from '../../checkers/registry.ts'
import { OP_NAMES, STATUS } from '../../history/types.ts'
import type { History } from '../../history/types.ts'
import { metricsOf } from '../../metrics/index.ts'
import { buildPlan } from '../../plan/build.ts'
import { simulate } from '../../simulator/index.ts'
import { clientOf, replicaOf, topologyOf } from '../../testing/topologies.ts'
import { withDefaults } from '../../testing/with-defaults.ts'
import type { ParamValue, Topology } from '../../topology/types.ts'
import { createTtlCache, protocol } from './index.ts'
import { manifest } from './manifest.ts'

const TTL_MS = 200
const ONE_WAY_MS = 20

/** An origin, a parent and three caches, each with a client of its own beside it. */
function topology(
  seed: number,
  params: Readonly<Record<string, ParamValue>> = {},
  overrides: Partial<Topology> = {},
): Topology {
  const places = ['east', 'west', 'north', 'south', 'south']
  const base = topologyOf()
  return withDefaults(
    topologyOf({
      regions: ['east', 'west', 'north', 'south'].map((id) => ({ id, zones: [], at: null })),
      replicas: places.map((region, index) => replicaOf(`r${index}`, { region })),
      clients: places.map((region, index) =>
        clientOf(`c${index}`, { region, sessions: 4, loop: { open: { ratePerS: 60 } }, timeoutMs: 2_000 }),
      ),
      links: {
        ...base.links,
        default: { ...base.links.default, oneWay: { dist: 'uniform', min: 1, max: ONE_WAY_MS } },
      },
      replication: {
        strategy: 'ttl-cache',
        params: { ttlMs: TTL_MS, negativeTtlMs: TTL_MS, parents: 1, ...params },
      },
      workload: {
        ...base.workload,
        keys: 6,
        mix: { read: 0.9, update: 0.1, insert: 0, scan: 0, readModifyWrite: 0, compareAndSet: 0, delete: 0 },
      } as Topology['workload'],
      run: { durationMs: 4_000, warmupMs: 0, seed, timeScale: 1 },
      ...overrides,
    }),
    manifest,
  )
}

/** The longest that a read lagged behind, counted here from the record itself: versions are the origin's numbers. */
function longestLagMs({ ops }: History): number {
  const [READ, WRITE] = [OP_NAMES.indexOf('read'), OP_NAMES.indexOf('write')]
  let longestNs = 0
  for (let row = 0; row < ops.count; row++) {
    if (ops.f[row] !== READ || ops.status[row] !== STATUS.ok) continue
    for (let other = 0; other < ops.count; other++) {
      const isNewer =
        ops.f[other] === WRITE &&
        ops.status[other] === STATUS.ok &&
        ops.key[other] === ops.key[row] &&
        ops.versionAt[other] > ops.versionAt[row]
      if (isNewer) longestNs = Math.max(longestNs, ops.invokedNs[row] - ops.endedNs[other])
    }
  }
  return longestNs / 1e6
}

test.each([1, 2, 3])(
  'no read is staler than the time to live, whatever tiers are between (seed %i)',
  (seed) => {
    const history = simulate(buildPlan(topology(seed)), protocol)
    const lagMs = longestLagMs(history)
    expect(lagMs).toBeLessThan(TTL_MS)
    // The bound is no idle one.
    expect(lagMs).toBeGreaterThan(TTL_MS / 2)
    expect(checkerNamed(`bounded-staleness:${TTL_MS}`)?.check(operationsOf(history), 1e6).status).toBe(
      'holds',
    )
  },
)

test('where tiers do not hand ages down the bound is exceeded, and the count above sees it', () => {
  const forgetful = createTtlCache({ passedOnAgeNs: () => 0 })
  const lags = [1, 2, 3].map((seed) => longestLagMs(simulate(buildPlan(topology(seed)), forgetful)))
  expect(Math.max(...lags)).toBeGreaterThan(TTL_MS)
})

test('purges take staleness down to the time that they travel', () => {
  const history = simulate(buildPlan(topology(1, { purge: 'invalidate' })), protocol)
  // A read, a purge and an acknowledgement may each be a trip or two behind one another.
  expect(longestLagMs(history)).toBeLessThan(2 * ONE_WAY_MS)
})

test('an origin that is down is not noticed by readers of what caches hold, and staleness grows meanwhile', () => {
  const crash = { atMs: 1_000, forMs: 2_000, kind: 'crash' as const, replica: 'r0' }
  const run = (onPartition: 'availability' | 'consistency') => {
    const params = { ttlMs: TTL_MS, serveStaleMs: 10_000, staleAfterMs: 50, failureRecheckMs: 500 }
    const consistency = { read: 'eventual' as const, session: [], onPartition }
    const file = topology(1, params, {
      faults: [crash],
      consistency,
      clients: topology(1).clients.slice(1),
    })
    return metricsOf(simulate(buildPlan(file), protocol))
  }
  const available = run('availability')
  const consistent = run('consistency')
  expect(available.availability.outages.read?.ms).toBeLessThan(300)
  expect(consistent.availability.outages.read?.ms).toBeGreaterThan(1_500)
  expect(available.staleness.timeLagMs.max).toBeGreaterThan(1_000)
  expect(consistent.staleness.timeLagMs.max).toBeLessThan(TTL_MS)
})
