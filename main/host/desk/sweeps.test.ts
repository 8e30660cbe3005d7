import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SweepFormat, SweepRequest, SweepStatus } from '../../../shared/ipc/contract.ts'
import { sweepCharts } from '../../../shared/report/sweep/charts.ts'
import type { Sweep } from '../../../shared/report/sweep/types.ts'
import { DeskBench } from '../../testing/desk.ts'
import { topologyFile } from '../../testing/program.ts'

let bench: DeskBench
beforeAll(async () => {
  bench = await DeskBench.open()
})
afterAll(() => bench.dispose())

const ASK: SweepRequest = {
  text: topologyFile(),
  name: "Bob's three",
  vary: ['$.replication.params.r=1,2,4'],
  seeds: 2,
  seed: 7,
  metrics: ['read.latency.p99', 'stale.fraction'],
}
/** Runs of two virtual hours are stopped, never waited for. */
const LONG: SweepRequest = { ...ASK, vary: ['$.run.durationMs=7200000,7200001'] }

function until(...states: SweepStatus['state'][]): Promise<SweepStatus> {
  return bench.until((told) =>
    told
      .flatMap((each) => (each.event === 'sweep.status' ? [each.payload] : []))
      .findLast(({ state }) => states.includes(state)),
  )
}

async function exported(id: string, format: SweepFormat): Promise<string> {
  const answer = await bench.ask['sweeps.save']({ id, format })
  if (answer.outcome !== 'download') throw new Error(answer.outcome)
  const download = bench.desk.takeDownload(answer.url.split('/')[2])
  return readFile(download?.path ?? '', 'utf8')
}

test('what is left out is told before it runs', async () => {
  const plan = await bench.ask['sweeps.plan'](ASK)
  expect(plan).toMatchObject({ name: 'Three replicas', combinations: 2, runs: 4, leftOut: [{ set: [4] }] })
  expect('leftOut' in plan && plan.leftOut[0].problems[0].path).toBe('$.replication.params.r')
})

test.each<[string, Partial<SweepRequest>, RegExp]>([
  ['nothing is varied', { vary: [] }, /^A sweep varies something/],
  ['a path leads nowhere', { vary: ['$.replicas[9].disk=1'] }, /is no place in the file/],
  ['seeds are varied', { vary: ['$.run.seed=1,2'] }, /^Seeds are varied by their number\.$/],
  [
    'there are too many runs',
    { vary: [`$.workload.keys=${Array.from({ length: 101 }, (_, at) => at + 1).join()}`] },
    /^This would be 101 × 2 = 202 runs, and a sweep makes at most 200/,
  ],
  ['the file is no JSON', { text: '{' }, /./],
  ['no combination is left', { vary: ['$.replication.params.r=4,5'] }, /^No combination can run\. The first/],
])('it is refused where %s', async (_, change, sentence) => {
  const started = await bench.ask['sweeps.start']({ ...ASK, ...change })
  expect('refused' in started && started.refused).toMatch(sentence)
  expect(bench.desk.isBusy).toBe(false)
})

test('one at a time; one that is stopped before any run is done leaves nothing', async () => {
  expect(await bench.ask['sweeps.start'](LONG)).toHaveProperty('jobId')
  expect(bench.desk.isBusy).toBe(true)
  const second = await bench.ask['sweeps.start'](LONG)
  expect('refused' in second && second.refused).toContain('The sweep of "Three replicas" is being made')
  await bench.ask['sweeps.stop'](null)
  expect(bench.desk.isBusy).toBe(false)
  expect(await bench.ask['sweeps.list'](null)).toMatchObject({
    entries: [],
    job: { state: 'stopped', entryId: null, runs: 4 },
  })
})

test('it is kept across restarts, drawn, exported, renamed and deleted', async () => {
  await bench.ask['sweeps.start'](ASK)
  const id = (await until('done', 'failed')).entryId ?? ''
  await bench.ask['sweeps.rename']({ id, name: 'Which R' })
  await bench.restart()
  const { entries } = await bench.ask['sweeps.list'](null)
  expect(entries).toMatchObject([
    {
      id,
      name: 'Which R',
      strategy: 'leaderless',
      vary: [{ path: '$.replication.params.r', values: [1, 2, 4] }],
      combinations: 2,
      seeds: [7, 8],
      missing: 0,
    },
  ])
  const sweep = await bench.ask['sweeps.get']({ id })
  expect(sweep.rows.map(({ set, runs }) => [set, runs])).toEqual([
    [[1], 2],
    [[2], 2],
  ])
  expect(sweep.refused.map(({ set }) => set)).toEqual([[4]])
  // As a shell reads it.
  expect(sweep.provenance.command).toBe(
    "replica-lab sweep bob-s-three.topology.json --vary '$.replication.params.r=1,2,4' --seeds 2 --seed 7 " +
      '--metric read.latency.p99,stale.fraction',
  )
  expect(await bench.ask['sweeps.topology']({ id })).toEqual({ text: ASK.text })
  const query = { theme: 'dark', unit: 'auto', width: 400, height: 280, range: null } as const
  for (const { id: chart } of sweepCharts(sweep))
    expect((await bench.ask['sweeps.chart']({ ids: [id], ...query, chart })).svg).toMatch(/^<svg/)
  await expect(bench.ask['sweeps.chart']({ ids: [id], ...query, chart: 'none' })).rejects.toThrow('no chart')
  expect((JSON.parse(await exported(id, 'json')) as Sweep).rows).toEqual(sweep.rows)
  expect((await exported(id, 'csv')).split('\r\n')[0]).toContain('$.replication.params.r,runs,')
  expect(await exported(id, 'md')).toMatch(/^# Three replicas/)
  expect(await exported(id, 'html')).toContain('<h1>Three replicas</h1>')
  await bench.ask['sweeps.remove']({ ids: [id] })
  expect((await bench.ask['sweeps.list'](null)).entries).toEqual([])
  await expect(bench.ask['sweeps.get']({ id })).rejects.toThrow('not kept any more')
})
