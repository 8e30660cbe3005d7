import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PackedOperations } from '../../../shared/ipc/contract.ts'
import type { Report } from '../../../shared/report/types.ts'
import { DeskBench } from '../../testing/desk.ts'
import { topologyFile } from '../../testing/program.ts'

let bench: DeskBench
beforeAll(async () => {
  bench = await DeskBench.open()
})
afterAll(() => bench.dispose())

const ALL = { fromMs: 0, toMs: 1e9, max: 20_000, sessions: null, keys: null }

interface Brought {
  id: string
  report: Report
  operations: PackedOperations
  verdict: (name: string) => string | undefined
}

async function brought(name: string, text: string): Promise<Brought> {
  const answer = await bench.ask['library.import']({ name, text })
  if ('refused' in answer) throw new Error(answer.refused)
  const { id } = answer
  const report = await bench.ask['library.report']({ id })
  const operations = await bench.ask['library.operations']({ id, ...ALL })
  return {
    id,
    report,
    operations,
    verdict: (guarantee) => report.guarantees.find((each) => each.name === guarantee)?.status,
  }
}

/** [process, f, value, status, at ms, until ms] as a history of the lab's, of one key where none is named. */
type Line = [number, string, unknown, string, number, number, unknown?]
function history(model: string, lines: Line[]): string {
  const events = lines.flatMap(([process, f, value, status, at, until, returned = value]) => [
    { at, line: { type: 'invoke', process, f, key: 'k', value, timeNs: at * 1e6 } },
    { at: until, line: { type: status, process, f, key: 'k', value: returned, timeNs: until * 1e6 } },
  ])
  events.sort((a, b) => a.at - b.at)
  const header = { format: 'replica-lab/history@1', model }
  return [header, ...events.map(({ line }) => line)].map((each) => JSON.stringify(each)).join('\n')
}

describe('records of every model are shown with verdicts and their operations in words', () => {
  test('a counter', async () => {
    const { report, operations, verdict } = await brought(
      'likes.history.jsonl',
      history('counter', [
        [0, 'increment', 2, 'ok', 0, 10],
        [1, 'read', null, 'ok', 20, 30, 0],
      ]),
    )
    expect(operations.label).toEqual(['k +2', 'r k→0'])
    expect(operations.f).toEqual(['write', 'read'])
    expect(report.latencyMs.write).toMatchObject({ count: 1, max: 10 })
    // The read began ten ms after the increment had been acknowledged, and misses it.
    expect(verdict('linearizable')).toBe('violated')
    expect(report.topology.name).toBe('likes')
  })

  test('a set', async () => {
    const { operations, verdict } = await brought(
      'cart.history.jsonl',
      history('set', [
        [0, 'add', 'milk', 'ok', 0, 10],
        [0, 'add', 'tea', 'ok', 11, 12],
        [0, 'remove', 'milk', 'info', 13, 15],
        [1, 'read', null, 'ok', 20, 30, ['milk', 'tea']],
      ]),
    )
    expect(operations.label).toEqual(['add k "milk"', 'add k "tea"', 'remove k "milk"', 'r k→["milk" "tea"]'])
    expect(operations.status).toEqual(['ok', 'ok', 'info', 'ok'])
    expect(operations.endedMs[2]).toBeNull()
    expect(verdict('linearizable')).toBe('holds')
  })

  test('a list', async () => {
    const { operations, verdict } = await brought(
      'list.history.jsonl',
      history('append-list', [
        [0, 'append', 1, 'ok', 0, 10],
        [1, 'append', 2, 'ok', 20, 30],
        [1, 'read', null, 'ok', 40, 50, [2, 1]],
      ]),
    )
    expect(operations.label).toEqual(['append k 1', 'append k 2', 'r k→[2 1]'])
    expect(verdict('linearizable')).toBe('violated')
  })

  test('strings that are appended to', async () => {
    const { operations, verdict } = await brought(
      'kv.history.jsonl',
      history('kv', [
        [0, 'append', 'ab', 'ok', 0, 10],
        [0, 'append', 'c', 'ok', 11, 12],
        [1, 'read', null, 'ok', 20, 30, 'abc'],
      ]),
    )
    expect(operations.label).toEqual(['append k "ab"', 'append k "c"', 'r k→"abc"'])
    expect(verdict('linearizable')).toBe('holds')
  })

  test('transactions', async () => {
    const { operations, verdict } = await brought(
      'txn.history.jsonl',
      history('txn', [
        [0, 'txn', [['append', 'x', 1], ['r', 'y', null]], 'ok', 0, 10, [['append', 'x', 1], ['r', 'y', []]]], // prettier-ignore
        [1, 'txn', [['append', 'y', 1], ['r', 'x', null]], 'ok', 0, 10, [['append', 'y', 1], ['r', 'x', []]]], // prettier-ignore
        [2, 'txn', [['r', 'x', null], ['r', 'y', null]], 'ok', 20, 30, [['r', 'x', [1]], ['r', 'y', [1]]]], // prettier-ignore
      ]),
    )
    expect(operations.label?.[0]).toBe('append x 1, r y→[]')
    expect(operations.f).toEqual(['write', 'write', 'read'])
    // Write skew: each missed what the other appended.
    expect(verdict('serializable')).toBe('violated')
    expect(verdict('snapshot-isolation')).toBe('holds')
  })

  test("Jepsen's EDN, with its nemesis", async () => {
    const { id, report, operations, verdict } = await brought(
      'history.edn',
      [
        '{:process 0, :type :invoke, :f :write, :value 1, :time 1000000, :index 0}',
        '{:process :nemesis, :type :info, :f :start, :value nil, :time 1500000, :index 1}',
        '{:process 0, :type :ok, :f :write, :value 1, :time 2000000, :index 2}',
        '{:process :nemesis, :type :info, :f :stop, :value nil, :time 2500000, :index 3}',
        '{:process 1, :type :invoke, :f :read, :value nil, :time 3000000, :index 4}',
        '{:process 1, :type :ok, :f :read, :value nil, :time 4000000, :index 5}',
      ].join('\n'),
    )
    expect(operations.label?.[0]).toMatch(/^w .*=1$/)
    expect(operations.invokedMs).toEqual([1, 3])
    expect(verdict('linearizable')).toBe('violated')
    expect(report.faults).toMatchObject([{ fromMs: 1.5, toMs: 2.5 }])
    expect(report.settings[0].consequence).toContain('register')
    // What cannot be written again as a history of the lab's is said to be so.
    await expect(bench.ask['exports.save']({ id, format: 'history.jsonl' })).rejects.toThrow(
      'came as a record',
    )
  })

  test('packed with gzip, under whatever name, as if it were not; and it is judged again all the same', async () => {
    const edn = [
      '{:process 0, :type :invoke, :f :write, :value 1, :time 1000000, :index 0}',
      '{:process 0, :type :ok, :f :write, :value 1, :time 2000000, :index 1}',
      '{:process 1, :type :invoke, :f :read, :value nil, :time 3000000, :index 2}',
      '{:process 1, :type :ok, :f :read, :value nil, :time 4000000, :index 3}',
    ].join('\n')
    const gzip = gzipSync(edn).toString('base64')
    const answer = await bench.ask['library.import']({ name: 'register.edn.gz', gzip })
    if ('refused' in answer) throw new Error(answer.refused)
    const { id } = answer
    const report = await bench.ask['library.report']({ id })
    expect(report.topology.name).toBe('register')
    expect(report.guarantees.find(({ name }) => name === 'linearizable')?.status).toBe('violated')
    expect(await bench.ask['library.judge']({ id, guarantee: 'sequential' })).toMatchObject({
      status: 'holds',
    })
    const cut = gzip.slice(0, 40)
    expect(await bench.ask['library.import']({ name: 'register.edn.gz', gzip: cut })).toEqual({
      refused: '"register.edn.gz" cannot be read: what gzip packed is cut off.',
    })
  })

  test('what is none is refused with the line', async () => {
    const answer = await bench.ask['library.import']({ name: 'x.edn', text: '{:process 0, :type' })
    expect('refused' in answer && answer.refused).toContain('"x.edn" is no history that can be shown')
    const lines = history('counter', [[0, 'write', 1, 'ok', 0, 1]])
    const refused = await bench.ask['library.import']({ name: 'y.jsonl', text: lines })
    expect('refused' in refused && refused.refused).toMatch(/line 2/)
  })
})

describe('verdicts on a number of one’s own', () => {
  test('of a run', async () => {
    const { entryId } = await bench.run(topologyFile())
    const id = entryId ?? ''
    const judged = await bench.ask['library.judge']({ id, guarantee: 'k-atomic:1' })
    expect(judged).toMatchObject({ name: 'k-atomic:1', status: 'violated' })
    expect(await bench.ask['library.judge']({ id, guarantee: 'bounded-staleness:60000' })).toMatchObject({
      name: 'bounded-staleness:60000',
      status: 'holds',
    })
    expect(await bench.ask['library.judge']({ id, guarantee: 'k-atomic:0' })).toEqual({
      refused: 'There is no guarantee "k-atomic:0".',
    })
  })

  test('of a record of another model, read again', async () => {
    const { id } = await brought('s.history.jsonl', history('set', [[0, 'add', 1, 'ok', 0, 10]]))
    expect(await bench.ask['library.judge']({ id, guarantee: 'linearizable' })).toMatchObject({
      status: 'holds',
    })
    const answer = await bench.ask['library.judge']({ id, guarantee: 'serializable' })
    expect('refused' in answer && answer.refused).toContain('the model "set"')
  })
})
