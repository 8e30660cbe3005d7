import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from '../../../shared/report/types.ts'
import { hostileReport } from '../../../shared/report/testdata/hostile.ts'
import { sampleReport } from '../../../shared/report/testdata/sample-report.ts'
import { DeskBench } from '../../testing/desk.ts'
import { topologyFile } from '../../testing/program.ts'

let bench: DeskBench
beforeAll(async () => {
  bench = await DeskBench.open()
})
afterAll(() => bench.dispose())

async function imported(name: string, text: string): Promise<string> {
  const answer = await bench.ask['library.import']({ name, text })
  if ('refused' in answer) throw new Error(answer.refused)
  return answer.id
}

async function refusalOf(name: string, text: string): Promise<string> {
  const answer = await bench.ask['library.import']({ name, text })
  if ('id' in answer) throw new Error('it was let in')
  return answer.refused
}

/** The text of an export. */
async function exported(id: string, format: 'json' | 'history.jsonl'): Promise<string> {
  const answer = await bench.ask['exports.save']({ id, format })
  if (answer.outcome !== 'download') throw new Error(answer.outcome)
  const download = bench.desk.takeDownload(answer.url.split('/')[2])
  return readFile(download?.path ?? '', 'utf8')
}

const ALL = { fromMs: 0, toMs: 1e9, max: 20_000, sessions: null, keys: null }
const FAULT = { faults: [{ kind: 'partition', groups: [['r1'], ['r2', 'r3']], atMs: 300, forMs: 300 }] }

describe('what the lab wrote comes back', () => {
  test.each(['leaderless', 'raft', 'zab'])('a report of %s, word for word', async (strategy) => {
    const { entryId } = await bench.run(topologyFile({ ...FAULT, replication: { strategy } }))
    const text = await exported(entryId ?? '', 'json')
    const id = await imported('a report.json', text)
    expect(await bench.ask['library.report']({ id })).toEqual(JSON.parse(text))
    const entry = (await bench.ask['library.list'](null)).find((each) => each.id === id)
    expect(entry).toMatchObject({ name: 'Three replicas', hasHistory: false })
  })

  test('a history: its figures are those of the run that wrote it', async () => {
    const { entryId } = await bench.run(topologyFile(FAULT))
    const before = await bench.ask['library.report']({ id: entryId ?? '' })
    const text = await exported(entryId ?? '', 'history.jsonl')
    const id = await imported('partitioned.history.jsonl', text)
    const after = await bench.ask['library.report']({ id })
    expect(after.topology.name).toBe('partitioned')
    expect(after.topology.replicas.map((replica) => replica.id)).toEqual(['r1', 'r2', 'r3'])
    const { byRegion: _before, ...staleness } = before.staleness
    expect(after.staleness).toMatchObject(staleness)
    expect(after.latencyMs.read).toEqual(before.latencyMs.read)
    expect(after.latencyMs.write).toEqual(before.latencyMs.write)
    expect(after.operations).toEqual(before.operations)
    expect(after.availability.errors).toEqual(before.availability.errors)
    expect(after.faults.map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs])).toEqual(
      before.faults.map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs]),
    )
    const operations = await bench.ask['library.operations']({ id, ...ALL })
    const original = await bench.ask['library.operations']({ id: entryId ?? '', ...ALL })
    for (const column of [
      'f',
      'key',
      'value',
      'result',
      'status',
      'invokedMs',
      'endedMs',
      'place',
      'stale',
    ] as const)
      expect(operations[column], column).toEqual(original[column])
    // Once more around: what was imported can be exported and is the same again.
    const again = await imported('again.history.jsonl', await exported(id, 'history.jsonl'))
    expect((await bench.ask['library.report']({ id: again })).staleness).toEqual(after.staleness)
    const asReport = await imported('again.json', await exported(id, 'json'))
    expect((await bench.ask['library.report']({ id: asReport })).topology.replication.strategy).toBe(
      'unknown',
    )
  })

  test('a report of the tests of views', async () => {
    const id = await imported('sample.json', JSON.stringify(sampleReport()))
    const { topology: _, ...rest } = JSON.parse(JSON.stringify(sampleReport())) as Report
    expect(await bench.ask['library.report']({ id })).toMatchObject(rest)
    // Its places have names that no file may have.
    expect(await refusalOf('hostile.json', JSON.stringify(hostileReport()))).toContain('topology')
  })
})

describe('hostile reports', () => {
  const with_ = (change: (report: Record<string, unknown>) => void): string => {
    const report = structuredClone(sampleReport()) as unknown as Record<string, unknown>
    change(report)
    return JSON.stringify(report)
  }

  test.each([
    ['', 'neither'],
    ['{', 'neither'],
    ['[]', 'format'],
    ['null', 'format'],
    ['{"format":"replica-lab/report@2"}', 'format'],
    ['{"format":"replica-lab/report@1"}', 'provenance'],
    ['{"__proto__":{"format":"replica-lab/report@1"}}', 'format'],
    [`${'['.repeat(100_000)}`, 'neither'],
    [with_((report) => delete report.series), 'series'],
    [with_((report) => (report.durationMs = null)), 'durationMs'],
    [with_((report) => (report.topology = {})), 'topology'],
    [
      with_((report) => (report.topology = { ...(report.topology as Report['topology']), replicas: [] })),
      'topology',
    ],
    [with_((report) => (report.notes = [{ tMs: '<script>', place: '', kind: '', text: '' }])), 'notes'],
    [with_((report) => (report.guarantees = [{ name: 'x', status: 'maybe', evidence: null }])), 'guarantees'],
  ])('number %# is refused', async (text, word) => {
    const refusal = await refusalOf('bad.json', text)
    expect(refusal).toMatch(/^"bad.json" is /)
    expect(refusal).toContain(word)
  })
})

describe('hostile histories', () => {
  const header = '{"format":"replica-lab/history@1","model":"register"}'
  const op = (type: string, fields: Record<string, unknown>) =>
    JSON.stringify({ type, process: 0, f: 'write', key: 'k', value: 1, timeNs: 1, ...fields })

  test.each([
    ['nothing but a header', [], 'no operation'],
    ['two headers', [header], 'line 2: There is a header already'],
    ['another format', [header.replace('@1', '@9')], 'line 2: The format'],
    ['an end without a beginning', [op('ok', {})], 'line 2: Process 0 has nothing under way'],
    [
      'a process that overlaps itself',
      [op('invoke', {}), op('invoke', {})],
      'line 3: Process 0 has an operation under way',
    ],
    [
      'a process that goes on after info',
      [op('invoke', {}), op('info', {}), op('invoke', {})],
      'line 4: Process 0 ended an operation with info',
    ],
    [
      'an end of another operation',
      [op('invoke', {}), op('ok', { key: 'other' })],
      'line 3: Process 0 ends another',
    ],
    [
      'time that runs backwards',
      [op('invoke', { timeNs: 5 }), op('ok', { timeNs: 4 })],
      'line 3: Time runs backwards',
    ],
    [
      'times that are none',
      [op('invoke', { timeNs: -1 }), op('invoke', { timeNs: 1e300 }), op('invoke', { timeNs: '1' })],
      'line 2: "timeNs"',
    ],
    ['a process that is none', [op('invoke', { process: 1.5 })], 'line 2: "process"'],
    ['an operation nobody knows', [op('invoke', { f: 'constructor' })], 'line 2: An operation "constructor"'],
    ['no JSON in the midst', [op('invoke', {}), '{"type":'], 'line 3: This is not JSON'],
    [
      'a fault nobody knows',
      ['{"type":"fault","kind":"meteor","phase":"start","timeNs":0}'],
      'line 2: This is no fault',
    ],
    ['a key of a megabyte', [op('invoke', { key: 'k'.repeat(100_000) })], 'line 2: "key" is longer'],
    [
      'a line of two megabytes',
      [op('invoke', { value: 'v'.repeat(2_000_000) })],
      'line 2: This line is too long',
    ],
  ])('%s', async (_, lines, sentence) => {
    expect(await refusalOf('bad.history.jsonl', [header, ...lines].join('\n'))).toContain(sentence)
  })

  test('a model that nobody knows is named', async () => {
    const text = '{"format":"replica-lab/history@1","model":"queue"}\n'
    expect(await refusalOf('x.jsonl', text)).toContain('"queue"')
  })

  test('values of any kind, names of any kind and no version are still a history', async () => {
    const places = [
      { name: '<b>leader</b>', kind: 'replica', region: 'a b' },
      { name: 'leader', kind: 'replica', region: '../..' },
      { name: '', kind: 'client', region: '' },
    ]
    const lines = [
      JSON.stringify({ format: 'replica-lab/history@1', model: 'register', places }),
      op('invoke', { process: 7, value: { deep: [1, '__proto__'] } }),
      op('invoke', { process: 8, f: 'read', value: null }),
      op('ok', { process: 7, value: { deep: [1, '__proto__'] }, timeNs: 3, place: 'leader' }),
      op('ok', { process: 8, f: 'read', value: { deep: [1, '__proto__'] }, timeNs: 4, place: 'nobody' }),
      op('invoke', { process: 8, f: 'read', key: 12, value: null, timeNs: 5 }),
      op('fail', { process: 8, f: 'read', key: 12, value: null, timeNs: 6, error: 'no such error' }),
    ]
    const id = await imported('odd.history.jsonl', lines.join('\r\n'))
    const operations = await bench.ask['library.operations']({ id, ...ALL })
    expect(operations.status).toEqual(['ok', 'ok', 'fail'])
    expect(operations.value[0]).toBe(operations.result[1])
    expect(operations.place).toEqual(['leader', null, null])
    expect(operations.key).toEqual(['k', 'k', '12'])
    const report = await bench.ask['library.report']({ id })
    expect(report.topology.replicas).toHaveLength(2)
    expect(report.staleness).toMatchObject({ reads: 0, unjudged: 1 })
  })

  test('nothing that was refused is left in the library', async () => {
    const before = await bench.ask['library.list'](null)
    await refusalOf('bad.json', '{')
    expect(await bench.ask['library.list'](null)).toEqual(before)
  })
})
