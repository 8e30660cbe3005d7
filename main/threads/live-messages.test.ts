import { expect, test } from 'vitest'
import type { RunStatistics } from '../../shared/report/statistics.ts'
import { topologyOf } from '../../shared/testing/topologies.ts'
import { liveSession, liveTopology, reached } from '../testing/live.ts'

const { links } = topologyOf()
const slow = { ...links, default: { ...links.default, oneWay: 60 } }

test('messages are shown while somebody watches, and only those that a screen could show', async () => {
  const { live, plan } = liveSession(
    liveTopology({ links: slow, run: { durationMs: 1200, warmupMs: 0, seed: 1, timeScale: 1 } }),
  )
  const samples: RunStatistics[] = []
  live.onStatistics((statistics) => samples.push(statistics))
  const run = live.run()
  await reached(live, 400)
  expect(samples.some(({ messages }) => messages !== undefined)).toBe(false)
  live.watchMessages(true)
  await reached(live, 800)
  live.watchMessages(false)
  await reached(live, 1000)
  const heard = samples.length
  await run
  const messages = samples.flatMap((sample) => sample.messages ?? [])
  expect(messages.length).toBeGreaterThan(10)
  const names = plan.places.map(({ name }) => name)
  for (const { from, to, sentAtMs, deliverAtMs, lost } of messages) {
    expect(names).toContain(from)
    expect(names.filter((name) => name !== from)).toContain(to)
    expect(deliverAtMs - sentAtMs).toBeCloseTo(60, 6)
    expect(sentAtMs).toBeGreaterThan(390)
    expect(lost).toBeUndefined()
  }
  for (const sample of samples) expect(sample.messages?.length ?? 0).toBeLessThanOrEqual(64)
  expect(samples.slice(heard).some((sample) => sample.messages !== undefined)).toBe(false)
})

test('messages of 2 ms cannot be seen in real time, but where time goes thirty times slower', async () => {
  const short = { ...links, default: { ...links.default, oneWay: 2 } }
  for (const timeScale of [1, 30]) {
    const { live } = liveSession(
      liveTopology({ links: short, run: { durationMs: 600 / timeScale, warmupMs: 0, seed: 1, timeScale } }),
    )
    let count = 0
    live.onStatistics(({ messages = [] }) => (count += messages.length))
    live.watchMessages(true)
    await live.run()
    expect(count > 0, `time scale ${timeScale}`).toBe(timeScale > 1)
  }
})
