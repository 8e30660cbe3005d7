import { afterAll, expect, test } from 'vitest'
import { THREADS, topologyFile } from '../testing/program.ts'
import { Lab } from './lab.ts'
import { planSweep, runSweep, type PlannedSweep } from './sweep.ts'

const lab = new Lab(THREADS)
afterAll(() => lab.dispose())

/** The small topology, its runs of these lengths. */
function planOf(...durationsMs: number[]): PlannedSweep {
  const file: unknown = JSON.parse(topologyFile())
  const vary = { path: '$.run.durationMs', steps: ['run', 'durationMs'], values: durationsMs }
  const plan = planSweep(file, [vary])
  if (!plan.ok) throw new Error(plan.error)
  return plan.value
}

const OPTIONS = {
  seeds: 1,
  metrics: ['operations.failed', 'throughput.okPerS'],
  command: 'replica-lab sweep',
}

test('a sweep that is stopped has the runs that were done, and says how many were not', async () => {
  const stop = new AbortController()
  let first: string | undefined
  // The first of them is over at once; the others would take minutes.
  const sweep = await runSweep(lab, planOf(100, 14_400_000, 14_400_001, 14_400_002), {
    ...OPTIONS,
    onProgress: () => {
      first ??= [...lab.runs.keys()][0]
      // Closed: its figures are taken. Another run tells progress now.
      if (!lab.runs.has(first)) stop.abort()
    },
    signal: stop.signal,
  })
  expect(sweep.rows.map(({ set, runs }) => [set, runs])).toEqual([[[100], 1]])
  expect(sweep.rows[0].figures[0].values).toEqual([0])
  expect([sweep.missing, sweep.failed]).toEqual([3, []])
  expect(lab.runs.size).toBe(0)
})

test('runs that fail are named with their combination and seed', async () => {
  const broken = new Lab({ ...THREADS, simulation: new URL('./none.mjs', THREADS.simulation) })
  const { rows, failed } = await runSweep(broken, planOf(100, 200), {
    ...OPTIONS,
    seeds: 2,
    seed: 5,
    signal: new AbortController().signal,
  })
  await broken.dispose()
  expect(rows).toEqual([])
  expect(failed.map(({ set, seed }) => [set, seed])).toEqual([
    [[100], 5],
    [[100], 6],
    [[200], 5],
    [[200], 6],
  ])
  expect(failed[0].sentence).toMatch(/^The simulation of "Three replicas" with seed 5 failed: /)
})
