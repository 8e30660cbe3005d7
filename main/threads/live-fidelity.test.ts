import { expect, test } from 'vitest'
import { clientOf, replicaOf } from '../../shared/testing/topologies.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { liveTopology, PLANTED, liveSession } from '../testing/live.ts'

/**
 * Each request keeps its replica at work for 25 ms, while links take 20: the answer leaves five milliseconds after it
 * should have arrived, on any machine. In a world slowed down the same work fits into the link's time.
 */
function burning(timeScale: number): Topology {
  const { links } = liveTopology()
  return liveTopology(
    {
      notes: JSON.stringify({ burnMs: 25 }),
      replicas: [replicaOf('r1')],
      clients: [clientOf('c1', { loop: { open: { ratePerS: 20 } }, sessions: 4 })],
      links: { ...links, default: { ...links.default, oneWay: 20 } },
      run: { durationMs: 200, warmupMs: 0, seed: 1, timeScale },
    },
    { n: 1, r: 1, w: 1 },
  )
}

test('what a run is late by, the scale that it asks for takes away', async () => {
  const run = async (timeScale: number) => {
    const { live } = await liveSession(burning(timeScale), { threadUrl: PLANTED.engine }).live.run()
    const answers = live.links.find(({ from, to }) => from === 'r1' && to === 'c1')
    return { live, answersLateMs: answers?.latenessMs.p50 ?? NaN }
  }
  const first = await run(1)
  expect(first.live.faithful).toBe(false)
  // To within a bucket of the counts by link.
  expect(first.answersLateMs).toBeGreaterThan(4.7)
  expect(first.live.stalls.maxMs).toBeGreaterThanOrEqual(25)
  // 25 ms at a stretch, where 2 would do, and a quarter; whatever else the machine was at only adds to that.
  const scale = 16
  expect(first.live.timeScaleNeeded).toBeGreaterThanOrEqual(scale)
  const second = await run(scale)
  expect(second.live.timeScale).toBe(scale)
  expect(second.answersLateMs).toBeLessThan(4.7)
  // Unless the machine was busy with something else for longer than 32 ms.
  if (second.live.stalls.maxMs < 32 && (second.live.latenessMs.p99 ?? 0) < 32)
    expect(second.live).toMatchObject({ faithful: true, timeScaleNeeded: null })
})
