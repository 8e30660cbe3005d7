import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { OP_NAMES, STATUS } from '../../shared/history/types.ts'
import type { History } from '../../shared/history/types.ts'
import { clientOf, replicaOf, topologyOf } from '../../shared/testing/topologies.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { countOf, liveTopology, PLANTED, reached, roleSession, rowsOf } from '../testing/live.ts'
import { Scratch, THREADS } from '../testing/program.ts'

let scratch: Scratch
const folderBefore = process.env['TMPDIR']
beforeAll(async () => {
  scratch = await Scratch.make()
  process.env['TMPDIR'] = scratch.folder
})
afterAll(async () => {
  if (folderBefore === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = folderBefore
  await scratch.dispose()
})
beforeEach(async () => expect(await readdir(scratch.folder)).toEqual([]))

/** One replica, whose answers are its own, and a single session that reads and writes a few keys. */
const alone = (overrides: Partial<Topology> = {}): Partial<Topology> => ({
  replicas: [replicaOf('r1', { disk: { fsync: 400 } })],
  clients: [clientOf('c1', { timeoutMs: 700 })],
  workload: { ...topologyOf().workload, keys: 8 } as Topology['workload'],
  links: { ...topologyOf().links, default: { ...topologyOf().links.default, oneWay: 0.5 } },
  run: { durationMs: 1200, warmupMs: 0, seed: 1, timeScale: 1 },
  ...overrides,
})

const diskUrls = { diskThreadUrl: new URL('./disk-thread.mjs', THREADS.engines), realDisk: true }

/** Reads by one session that returned neither the last write acknowledged nor one after it whose end is unknown. */
function wrongReads({ ops }: History, rows: readonly number[]): number[] {
  const allowed = new Map<number, Set<number>>()
  return rows.filter((row) => {
    const key = ops.key[row]
    const values = allowed.get(key) ?? new Set([0])
    if (OP_NAMES[ops.f[row]] === 'write') {
      if (ops.status[row] === STATUS.ok) allowed.set(key, new Set([ops.value[row]]))
      else if (ops.status[row] === STATUS.info) allowed.set(key, new Set([...values, ops.value[row]]))
      return false
    }
    return ops.status[row] === STATUS.ok && !values.has(ops.result[row])
  })
}

test('writes wait for a real file, a crash loses what was not synced, and a restart reads the rest', async () => {
  const { live } = roleSession(
    alone({ faults: [{ kind: 'crash', replica: 'r1', atMs: 400, forMs: 200 }] }),
    diskUrls,
  )
  const finished = live.run()
  await reached(live, 100)
  expect((await readdir(scratch.folder)).map((name) => name.slice(0, 18))).toEqual(['replica-lab-disks-'])
  const { history, live: figures, failure } = await finished
  expect(failure).toBe(null)
  const rows = rowsOf(history)
  expect(wrongReads(history, rows)).toEqual([])
  const { ops } = history
  const writes = (from: number, to: number) =>
    rows.filter(
      (row) =>
        OP_NAMES[ops.f[row]] === 'write' &&
        ops.status[row] === STATUS.ok &&
        ops.endedNs[row] > from * 1e6 &&
        ops.endedNs[row] < to * 1e6,
    )
  // The modelled disk would take 400 ms for each.
  expect(writes(0, 400).length).toBeGreaterThan(3)
  const before = new Set(writes(0, 400).map((row) => ops.value[row]))
  const readAgain = rows.filter((row) => ops.invokedNs[row] > 600e6 && before.has(ops.result[row]))
  expect(readAgain.length).toBeGreaterThan(0)
  expect(figures.fsyncMs?.count).toBeGreaterThanOrEqual(before.size)
  expect(figures.fsyncMs?.p50).toBeGreaterThan(0)
})

test('a check that finds what a lost file would have left', () => {
  const ops = { key: [1, 1, 1], f: [1, 0, 0], status: [1, 1, 1], value: [5, 0, 0], result: [0, 5, 0] }
  expect(OP_NAMES.slice(0, 2)).toEqual(['read', 'write'])
  expect(wrongReads({ ops } as unknown as History, [0, 1, 2])).toEqual([2])
})

test('a slow-disk fault slows a real disk down', async () => {
  const { live } = roleSession(
    alone({
      faults: [{ kind: 'slow-disk', replica: 'r1', fsync: 60, atMs: 300, forMs: 600 }],
      run: { durationMs: 900, warmupMs: 0, seed: 1, timeScale: 1 },
    }),
    diskUrls,
  )
  const { history } = await live.run()
  const { ops } = history
  const written = (row: number) => OP_NAMES[ops.f[row]] === 'write' && ops.status[row] === STATUS.ok
  const during = rowsOf(history).filter(
    (row) => written(row) && ops.invokedNs[row] > 300e6 && ops.endedNs[row] < 900e6,
  )
  const took = during.map((row) => (ops.endedNs[row] - ops.invokedNs[row]) / 1e6)
  expect(took.length).toBeGreaterThan(3)
  expect(Math.min(...took)).toBeGreaterThanOrEqual(60)
})

test.each([
  [
    'a full disk',
    { notes: JSON.stringify({ diskBytes: 2000 }) },
    diskUrls,
    /^the disk of r1 failed: ENOSPC: no space left on device, write$/,
  ],
  [
    'a disk that breaks',
    {},
    { ...diskUrls, diskThreadUrl: PLANTED.disk },
    /^the disk of r1 failed: EIO: i\/o error, fdatasync$/,
  ],
])(
  '%s ends the run with one sentence; its record is kept and its files are not',
  async (_, plant, urls, sentence) => {
    const { live } = roleSession(
      alone({ ...plant, run: { ...liveTopology().run, durationMs: 60_000 } }),
      urls,
    )
    const { history, failure, live: figures } = await live.run()
    expect(failure).toMatch(sentence)
    expect(history.stoppedEarly).toBe(failure)
    expect(countOf(history)).toBeGreaterThan(10)
    expect(figures.fsyncMs?.count).toBeGreaterThan(5)
    expect(await readdir(scratch.folder)).toEqual([])
  },
)

test('a stop before the start leaves an empty record and no file', async () => {
  const { live } = roleSession(alone(), diskUrls)
  live.stop('I changed my mind')
  const { history, failure } = await live.run()
  expect([history.ops.count, history.stoppedEarly, failure]).toEqual([0, 'I changed my mind', null])
  expect(await readdir(scratch.folder)).toEqual([])
})
