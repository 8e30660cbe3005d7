import type { History } from '../../shared/history/types.ts'
import { STATUS } from '../../shared/history/types.ts'
import { buildPlan } from '../../shared/plan/build.ts'
import type { Plan } from '../../shared/plan/types.ts'
import { protocolOf } from '../../shared/protocols/registry.ts'
import { roleProtocol } from '../../shared/testing/role-protocol.ts'
import { clientOf, replicaOf, topologyOf } from '../../shared/testing/topologies.ts'
import { withDefaults } from '../../shared/testing/with-defaults.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { engineProgram } from '../threads/engine-program.ts'
import { LiveSession } from '../threads/supervisor.ts'
import type { LiveInput } from '../threads/supervisor.ts'
import { THREADS } from './program.ts'

/** The built entries of threads with something planted in them. */
export const PLANTED = {
  engine: new URL('../../out/testing/engine-thread.cjs', import.meta.url),
  disk: new URL('../../out/testing/disk-thread.mjs', import.meta.url),
}

export const LEADERLESS = protocolOf('leaderless')

/** Three replicas and two clients for one second, unless the test says otherwise. */
export function liveTopology(
  overrides: Partial<Topology> = {},
  params: Topology['replication']['params'] = {},
): Topology {
  const base = topologyOf()
  const loop = { open: { ratePerS: 200 } }
  return withDefaults(
    topologyOf({
      replicas: ['r1', 'r2', 'r3'].map((id) => replicaOf(id, { disk: { fsync: 0.3 } })),
      clients: ['c1', 'c2'].map((id) => clientOf(id, { sessions: 4, loop, timeoutMs: 1500 })),
      links: {
        ...base.links,
        default: { ...base.links.default, oneWay: { dist: 'uniform', min: 1, max: 3 } },
      },
      replication: {
        strategy: 'leaderless',
        params: { coordinator: 'replica', durability: 'fsync', ...params },
      },
      run: { durationMs: 1000, warmupMs: 0, seed: 1, timeScale: 1 },
      ...overrides,
    }),
    LEADERLESS.manifest,
  )
}

export function liveSession(
  topology: Topology,
  input: Partial<LiveInput> = {},
): { plan: Plan; live: LiveSession } {
  const plan = buildPlan(topology)
  const threadUrl = engineProgram(THREADS.engines, topology.replication.strategy)
  const session = new LiveSession({ topology, options: {}, plan, threadUrl, ...input })
  return { plan, live: session }
}

/** A session of the protocol that has leaders, which the registry does not know. */
export function roleSession(
  overrides: Partial<Topology>,
  input: Partial<LiveInput> = {},
): { plan: Plan; live: LiveSession } {
  const topology = {
    ...liveTopology(),
    replication: { strategy: roleProtocol.manifest.id, params: {} },
    ...overrides,
  }
  return liveSession(topology, { threadUrl: PLANTED.engine, roles: roleProtocol.manifest.roles, ...input })
}

export const rowsOf = ({ ops }: History): number[] => Array.from({ length: ops.count }, (_, row) => row)

export const countOf = (history: History, status: number = STATUS.ok): number =>
  rowsOf(history).filter((row) => history.ops.status[row] === status).length

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Until the run has come so far, by its own clock. */
export const reached = (live: LiveSession, ms: number): Promise<void> =>
  until(live, () => live.progress.nowNs >= ms * 1e6)

/** Until something holds; throws where the run has come to its end without it. */
export async function until(live: LiveSession, holds: () => boolean): Promise<void> {
  let still = 0
  while (!holds()) {
    // A run that is over, or paused for good, has a clock that stands still.
    if (still > 2000) throw new Error('what was waited for did not happen')
    const { nowNs } = live.progress
    await wait(10)
    still = live.progress.nowNs === nowNs ? still + 1 : 0
  }
}
