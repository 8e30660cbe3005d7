import { expect, test } from 'vitest'
import { metricsOf } from '../../shared/metrics/index.ts'
import { predict } from '../../shared/predict/index.ts'
import { liveSession, liveTopology } from '../testing/live.ts'
import { THREADS } from '../testing/program.ts'
import { analyse } from './analyse.ts'

const ANALYSIS_THREAD = THREADS.analysis

async function recorded() {
  const topology = liveTopology(
    { run: { durationMs: 300, warmupMs: 0, seed: 1, timeScale: 1 } },
    { conflicts: 'siblings' },
  )
  const { live, plan } = liveSession(topology)
  const prediction = { trials: 1000, seed: 1 }
  const input = { topology, options: {}, plan, threadUrl: ANALYSIS_THREAD, keepsOperations: true }
  return { record: await live.record(), input: { ...input, analysis: { metrics: {}, prediction } } }
}

test('a record is put together and judged elsewhere just as it would be here', async () => {
  const { record, input } = await recorded()
  const { history, metrics, prediction } = await analyse(record, input)
  expect(history.ops.count).toBeGreaterThan(50)
  expect(history.contexts.size).toBeGreaterThan(0)
  expect(history.keyName(3)).toBe(input.plan.keyName(3))
  expect(history.endedNs).toBeGreaterThanOrEqual(record.end.endedNs)
  expect(metrics).toEqual(metricsOf(history))
  expect(prediction).toEqual(predict(input.topology, input.plan, { trials: 1000, seed: 1 }))
})

test('operations stay behind where nobody wants them', async () => {
  const { record, input } = await recorded()
  const { history, metrics } = await analyse(record, { ...input, keepsOperations: false })
  expect([history.ops.count, history.contexts.size]).toEqual([0, 0])
  expect(metrics.operations.ok).toBeGreaterThan(50)
})

test('what fails there is said in a sentence', async () => {
  const { record, input } = await recorded()
  const threadUrl = new URL('./none.mjs', ANALYSIS_THREAD)
  await expect(analyse(record, { ...input, threadUrl })).rejects.toThrow(
    /^its record could not be analysed: Cannot find module/,
  )
  // It is gone with the attempt.
  expect(() => record.history(input.plan)).toThrow('the record was taken before')
})

test('nobody has to wait for what is not wanted any more', async () => {
  const { record, input } = await recorded()
  const end = new AbortController()
  const analysed = analyse(record, { ...input, signal: end.signal })
  end.abort()
  await expect(analysed).rejects.toThrow('its record could not be analysed')
  const unwanted = await recorded()
  unwanted.record.giveUp()
  unwanted.record.giveUp()
})
