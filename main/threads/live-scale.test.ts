import { expect, test } from 'vitest'
import { STATUS } from '../../shared/history/types.ts'
import { clientOf, replicaOf, topologyOf } from '../../shared/testing/topologies.ts'
import { withDefaults } from '../../shared/testing/with-defaults.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { countOf, LEADERLESS, liveSession, rowsOf } from '../testing/live.ts'

/** Every operation asks all replicas, so that each of them has much to do. */
function crowd(replicas: number, clients: number, ratePerS: number, durationMs: number): Topology {
  const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`)
  const { links } = topologyOf()
  return withDefaults(
    topologyOf({
      replicas: ids('r', replicas).map((id) => replicaOf(id)),
      clients: ids('c', clients).map((id) =>
        clientOf(id, { sessions: 40, loop: { open: { ratePerS } }, timeoutMs: 20_000 }),
      ),
      links: { ...links, default: { ...links.default, oneWay: { dist: 'uniform', min: 5, max: 15 } } },
      replication: {
        strategy: 'leaderless',
        // However busy the machine: nobody is given up for lost.
        params: { n: replicas, r: replicas, w: replicas, requestTimeoutMs: 20_000, suspectAfterMs: 60_000 },
      },
      run: { durationMs, warmupMs: 0, seed: 1, timeScale: 1 },
    }),
    LEADERLESS.manifest,
  )
}

test('fifty replicas and twenty clients lose no message, and the report says how faithful that was', async () => {
  const { live } = liveSession(crowd(50, 20, 5, 1500))
  const { history, live: figures, failure } = await live.run()
  expect(failure).toBe(null)
  expect(figures.threads).toBe(58)
  expect(history.ops.count).toBeGreaterThan(100)
  // All that was begun succeeded; a machine that is busy may not have come to the last arrivals in time.
  const unsent = rowsOf(history).filter((row) => history.ops.attempts[row] === 0)
  const begun = history.ops.count - unsent.length
  expect([countOf(history), countOf(history, STATUS.fail)]).toEqual([begun, unsent.length])
  const { sent, delivered, dropped, inFlight, lost } = figures.messages ?? {}
  expect([lost, dropped]).toEqual([0, 0])
  expect(sent).toBe((delivered ?? 0) + (inFlight ?? 0))
  // Fifty questions and as many answers each.
  expect(sent).toBeGreaterThanOrEqual(98 * begun)
  expect(figures.timeScaleNeeded === null).toBe(figures.faithful)
  // Twenty clients on eight threads: figures by link speak of threads, and of replicas by name.
  expect(figures.links.every(({ from, to }) => /^(r\d+|c\d and [12] more)$/.test(from) && to !== from)).toBe(
    true,
  )
}, 120_000)

test('a hundred threads start, and stop', async () => {
  const { live } = liveSession(crowd(99, 1, 10, 200))
  const { live: figures, failure, history } = await live.run()
  expect(failure).toBe(null)
  expect([figures.threads, figures.messages?.lost]).toEqual([100, 0])
  expect(history.samples.length).toBeGreaterThan(0)
}, 120_000)
