import { expect, test } from 'vitest'
import { ERROR_CODES, STATUS } from '../../shared/history/types.ts'
import type { RunEvent, RunStatistics } from '../../shared/report/statistics.ts'
import { countOf, liveSession, liveTopology, rowsOf } from '../testing/live.ts'

test('statistics come while the run goes on, and end with what the record says', async () => {
  const { live } = liveSession(
    liveTopology({
      faults: [
        { kind: 'crash', replica: 'r2', atMs: 400, forMs: 400 },
        { kind: 'pause', replica: 'r3', atMs: 600, forMs: 300 },
      ],
      run: { durationMs: 1500, warmupMs: 0, seed: 1, timeScale: 1 },
    }),
  )
  const samples: RunStatistics[] = []
  const events: RunEvent[] = []
  live.onStatistics((statistics) => samples.push(statistics))
  live.onEvents((told) => events.push(...told))
  expect(live.statistics()).toBe(null)
  const { history } = await live.run()
  expect(live.statistics()).toBe(samples.at(-1))
  expect(samples.length).toBeGreaterThan(4)
  for (const name of ['nowMs', 'share'] as const) {
    const values = samples.map((sample) => sample[name])
    expect(values).toEqual([...values].sort((a, b) => a - b))
  }
  // What the end of the run left open was open when it was last looked at.
  const open = rowsOf(history).filter((row) => ERROR_CODES[history.ops.error[row]] === 'stopped').length
  const last = samples[samples.length - 1]
  expect(last.operations.invoked).toBe(history.ops.count)
  expect(last.operations.ok).toBe(countOf(history))
  expect(last.operations.failed).toBe(countOf(history, STATUS.fail))
  expect(last.operations.unknown + open).toBeGreaterThanOrEqual(countOf(history, STATUS.info))
  expect(samples.some(({ okPerS, latencyMs }) => okPerS > 50 && (latencyMs.read?.p50 ?? 0) > 1)).toBe(true)
  expect(samples.some(({ latenessP99Ms }) => (latenessP99Ms ?? 0) > 0)).toBe(true)

  const r2 = samples.map(({ replicas }) => replicas[1])
  expect(r2.map(({ id }) => id)).toEqual(r2.map(() => 'r2'))
  const ups = r2.map(({ up }) => up)
  expect([ups[0], ups.includes(false), ups.at(-1)]).toEqual([true, true, true])
  expect(samples.some(({ replicas }) => replicas[2].isPaused && replicas[2].up)).toBe(true)
  expect(samples.some(({ replicas }) => replicas[0].messagesInPerS > 100)).toBe(true)
  expect(samples.some(({ faults }) => faults.some(({ label }) => label === 'r3 paused'))).toBe(true)
  expect(last.faults).toEqual([])
  expect(events.map(({ text, phase }) => [text, phase])).toEqual([
    ['r2 crashed', 'start'],
    ['r3 paused', 'start'],
    ['r2 restarted', 'end'],
    ['over: r3 paused', 'end'],
  ])
})

test('whoever has heard enough hears nothing more', async () => {
  const { live } = liveSession(liveTopology({ run: { ...liveTopology().run, durationMs: 500 } }))
  let heard = 0
  const end = live.onStatistics(() => {
    if (++heard === 2) end()
  })
  await live.run()
  expect(heard).toBe(2)
})
