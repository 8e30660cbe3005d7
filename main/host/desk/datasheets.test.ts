import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DatasheetFormat, DatasheetStatus } from '../../../shared/ipc/contract.ts'
import { essenceOf } from '../../../shared/report/datasheet/essence.ts'
import type { Datasheet } from '../../../shared/report/datasheet/types.ts'
import { DeskBench } from '../../testing/desk.ts'
import { topologyFile } from '../../testing/program.ts'

let bench: DeskBench
beforeAll(async () => {
  bench = await DeskBench.open()
})
afterAll(() => bench.dispose())

const FILE = topologyFile({ workload: { mix: 'ycsb-a', keys: 5 } })
const QUICK = { text: FILE, name: 'three', isQuick: true }

function until(...states: DatasheetStatus['state'][]): Promise<DatasheetStatus> {
  return bench.until((told) =>
    told
      .flatMap((each) => (each.event === 'datasheet.status' ? [each.payload] : []))
      .findLast(({ state }) => states.includes(state)),
  )
}

async function exported(id: string, format: DatasheetFormat): Promise<string> {
  const answer = await bench.ask['datasheets.save']({ id, format })
  if (answer.outcome !== 'download') throw new Error(answer.outcome)
  const download = bench.desk.takeDownload(answer.url.split('/')[2])
  return readFile(download?.path ?? '', 'utf8')
}

test('one at a time; one that is stopped leaves nothing', async () => {
  expect(await bench.ask['datasheets.list'](null)).toEqual({ entries: [], job: null })
  expect(await bench.ask['datasheets.start'](QUICK)).toHaveProperty('jobId')
  expect(bench.desk.isBusy).toBe(true)
  const second = await bench.ask['datasheets.start'](QUICK)
  expect('refused' in second && second.refused).toContain('"Three replicas" is being made')
  await bench.ask['datasheets.stop'](null)
  expect(bench.desk.isBusy).toBe(false)
  const { entries, job } = await bench.ask['datasheets.list'](null)
  expect(entries).toEqual([])
  expect(job).toMatchObject({ state: 'stopped', entryId: null })
})

test('a file with problems is not measured', async () => {
  expect(await bench.ask['datasheets.start']({ ...QUICK, text: '{}' })).toHaveProperty('problems')
})

test('it is kept across restarts, drawn, exported and deleted', async () => {
  await bench.ask['datasheets.start'](QUICK)
  const { entryId, share } = await until('done', 'failed')
  expect(share).toBe(1)
  const id = entryId ?? ''
  await bench.restart()
  const { entries } = await bench.ask['datasheets.list'](null)
  expect(entries).toMatchObject([
    { id, name: 'Three replicas', strategy: 'leaderless', isQuick: true, seed: 1 },
  ])
  const sheet = await bench.ask['datasheets.get']({ id })
  expect(sheet.pacelc.cap).toBe(entries[0].cap)
  expect(entries[0].essence).toBe(essenceOf(sheet.topology))
  expect(sheet.provenance.command).toBe('replica-lab datasheet three.topology.json --quick')
  const query = { theme: 'dark', unit: 'auto', width: 400, height: 280, range: null } as const
  const { svg } = await bench.ask['datasheets.chart']({ ids: [id], chart: 'visibility', ...query })
  expect(svg).toMatch(/^<svg/)
  await expect(bench.ask['datasheets.chart']({ ids: [id], chart: 'none', ...query })).rejects.toThrow(
    'no chart',
  )
  expect((JSON.parse(await exported(id, 'json')) as Datasheet).format).toBe('replica-lab/datasheet@1')
  expect(await exported(id, 'md')).toMatch(/^# Three replicas/)
  expect(await exported(id, 'html')).toContain('<h1>Three replicas</h1>')
  await bench.ask['datasheets.remove']({ ids: [id] })
  expect((await bench.ask['datasheets.list'](null)).entries).toEqual([])
  await expect(bench.ask['datasheets.get']({ id })).rejects.toThrow('not kept any more')
})
