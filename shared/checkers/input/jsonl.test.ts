import { describe, expect, test } from 'vitest'
import { historyLines } from '../../history/jsonl.ts'
import { historyOf } from '../../testing/histories.ts'
import { FUNCTIONS, NO_RANK } from '../contract.ts'
import type { ModelName, Operations } from '../contract.ts'
import { operationsOf } from '../operations/index.ts'
import { JsonlReader } from './index.ts'
import type { ReadRecord } from './index.ts'

const HEADER = '{"format":"replica-lab/history@1","model":"register"}'

function outcome(lines: readonly string[], model: ModelName | null = null, initial?: unknown) {
  const reader = new JsonlReader({ model, initial })
  // In pieces that end anywhere.
  const text = lines.join('\n')
  for (let from = 0; from < text.length; from += 17) reader.push(text.slice(from, from + 17))
  return reader.finish()
}

function read(...args: Parameters<typeof outcome>): ReadRecord {
  const record = outcome(...args)
  if (!record.ok) throw new Error(JSON.stringify(record.error))
  return record.value
}

function problems(...args: Parameters<typeof outcome>): string[] {
  const record = outcome(...args)
  return record.ok ? [] : record.error.map(({ path, sentence }) => `${path}: ${sentence}`)
}

const header = (model: string, more = ''): string =>
  `{"format":"replica-lab/history@1","model":"${model}"${more}}`

const line = (
  type: string,
  process: number,
  f: string,
  value: unknown,
  timeNs: number,
  more: Record<string, unknown> = {},
): string => JSON.stringify({ type, process, f, key: 'k', value, timeNs, ...more })

/** An operation whose end follows its beginning at once. */
const both = (
  process: number,
  f: string,
  value: unknown,
  result: unknown,
  timeNs: number,
  more: Record<string, unknown> = {},
): string[] => [line('invoke', process, f, value, timeNs), line('ok', process, f, result, timeNs + 1, more)]

describe('every model', () => {
  test('register: writes, deletes, reads, scans; instants, lines and keys', () => {
    const { operations: ops } = read([
      HEADER,
      ...both(3, 'write', 12, 12, 10),
      ...both(3, 'write', null, null, 20),
      ...both(4, 'delete', null, null, 30),
      ...both(4, 'read', null, null, 40),
      ...both(4, 'scan', null, 2, 50),
      line('invoke', 5, 'write', 'x', 60),
      line('info', 5, 'write', 'x', 70),
      line('invoke', 6, 'read', null, 80),
      line('fail', 6, 'read', null, 90),
      line('invoke', 7, 'read', null, 95),
    ])
    expect([...ops.f].map((f) => FUNCTIONS[f])).toEqual([
      'write',
      'write',
      'write',
      'read',
      'scan',
      'write',
      'read',
      'read',
    ])
    expect([...ops.value].slice(0, 3).map((id) => ops.rawValue(id))).toEqual([12, null, null])
    expect([...ops.endedAt]).toEqual([11, 21, 31, 41, 51, Infinity, 90, Infinity])
    expect([...(ops.line ?? [])]).toEqual([2, 4, 6, 8, 10, 12, 14, 16])
    expect([ops.keyName(0), ops.processName(ops.process[2]), ops.hasTimes]).toEqual(['k', '4', true])
  })

  test('cas-register: a mismatch is an observation', () => {
    const { operations: ops } = read([
      header('cas-register', ',"initial":0'),
      ...both(0, 'cas', [0, 1], [0, 1], 10),
      ...both(0, 'cas', [0, 2], [0, 2], 20, { swapped: false }),
    ])
    expect([...ops.result]).toEqual([1, 0])
    expect([...ops.expected].map((id) => ops.rawValue(id))).toEqual([0, 0])
    expect(ops.rawValue(ops.initial)).toBe(0)
  })

  test('counter, set, append-list, kv, txn', () => {
    const counter = read([
      header('counter', ',"initial":5'),
      ...both(0, 'increment', -2, null, 1),
      ...both(0, 'read', null, 3, 5),
    ])
    expect([counter.operations.initialAmount, ...counter.operations.amount]).toEqual([5, -2, 3])
    const set = read([header('set'), ...both(0, 'add', 7, 7, 1), ...both(0, 'read', null, [7], 5)])
    expect(set.operations.lists.map((ids) => [...ids].map((id) => set.operations.rawValue(id)))).toEqual([
      [7],
    ])
    const list = read([
      header('append-list'),
      ...both(0, 'append', 7, 7, 1),
      ...both(0, 'read', null, [7, 8], 5),
    ])
    expect(list.operations.lists.map((ids) => ids.length)).toEqual([2])
    const txn = read([
      header('txn'),
      ...both(
        0,
        'txn',
        [
          ['r', 'x', null],
          ['append', 'y', 1],
        ],
        [
          ['r', 'x', [4]],
          ['append', 'y', 1],
        ],
        1,
      ),
    ])
    expect(txn.operations.txns?.from).toEqual(Uint32Array.from([0, 2]))
    const kv = read([
      header('kv'),
      ...both(0, 'get', null, '', 1),
      ...both(0, 'put', 'a', 'a', 5),
      ...both(0, 'append', 'b', null, 9),
    ])
    expect(kv.operations.result[0]).toBe(0)
    const empty = read([
      header('kv', ',"initial":""'),
      ...both(0, 'get', null, null, 1),
      ...both(0, 'get', null, '', 5),
    ])
    expect([...empty.operations.result]).toEqual([0, 0])
    expect(empty.operations.initial).toBe(0)
  })

  test('a model and an initial value given by hand beat the header', () => {
    const { operations: ops } = read([HEADER, ...both(0, 'cas', [1, 2], [1, 2], 1)], 'cas-register', 1)
    expect([ops.model, ops.rawValue(ops.initial)]).toEqual(['cas-register', 1])
    expect(read(both(0, 'read', null, 1, 1), 'register').operations.count).toBe(1)
  })
})

describe('what a record of one’s own may leave out', () => {
  const untimed = (type: string, process: number | string, f: string, value: unknown): string =>
    JSON.stringify({ type, process, f, key: 'k', value })

  test('times: then the order of the lines is what there is', () => {
    const { operations: ops } = read([
      HEADER,
      untimed('invoke', 0, 'write', 1),
      untimed('invoke', 1, 'read', null),
      untimed('ok', 0, 'write', 1),
      untimed('ok', 1, 'read', 1),
      untimed('invoke', 0, 'read', null),
    ])
    expect(ops.hasTimes).toBe(false)
    expect([ops.invokedAt[1] < ops.endedAt[0], ops.endedAt[0] < ops.invokedAt[2]]).toEqual([true, true])
    expect(read([HEADER, ...both(0, 'write', 1, 1, 0)]).operations.hasTimes).toBe(true)
  })

  test('but either all events have one or none', () => {
    expect(problems([HEADER, untimed('invoke', 0, 'write', 1), line('ok', 0, 'write', 1, 5)])).toEqual([
      'line 3: This event has a "timeNs", and those before it have none.',
    ])
    expect(problems([HEADER, ...both(0, 'write', 1, 1, 0), untimed('invoke', 0, 'write', 1)])).toEqual([
      'line 4: This event has no "timeNs", and those before it have one.',
    ])
  })

  test('numbers of processes: names do', () => {
    const { operations: ops } = read([
      HEADER,
      untimed('invoke', 'c1', 'write', 1),
      untimed('ok', 'c1', 'write', 1),
    ])
    expect([ops.count, ops.processName(0)]).toEqual([1, 'c1'])
    expect(problems([HEADER, untimed('invoke', '', 'write', 1)])[0]).toContain('"process" must be')
  })

  test('the key, where an operation ends', () => {
    const { operations: ops } = read([
      HEADER,
      line('invoke', 0, 'write', 1, 5),
      '{"type":"ok","process":0,"f":"write","timeNs":6}',
    ])
    expect([...ops.status]).toEqual([1])
  })
})

describe('what a run of the lab writes', () => {
  const loader = (key: string): string[] =>
    ['invoke', 'ok'].map((type) =>
      JSON.stringify({
        type,
        process: 9,
        f: 'write',
        key,
        value: 1,
        timeNs: 0,
        ...(type === 'ok' ? { version: '0.0' } : {}),
      }),
    )
  const ordered = header('register', ',"initial":null,"order":"ordered"')

  test('what was loaded before it is no operation', () => {
    const { operations: ops } = read([ordered, ...loader('a'), ...loader('b'), ...both(0, 'write', 1, 1, 0)])
    expect([ops.count, ops.keyCount, ops.initialKeys, ops.rawValue(ops.initial)]).toEqual([1, 3, 2, 1])
    expect(ops.keyName(0)).toBe('a')
  })

  test('a write at time 0 that is like the loader’s but has another version counts', () => {
    const { operations: ops } = read([
      ordered,
      ...loader('a'),
      line('invoke', 9, 'write', 1, 0),
      line('ok', 9, 'write', 1, 0, { version: '1.0' }),
      ...loader('b'),
    ])
    expect([ops.count, ops.initialKeys]).toEqual([2, 1])
  })

  test('versions rank the operations of each key', () => {
    const events = [
      ...both(0, 'write', 5, 5, 10, { version: '7.1' }),
      ...both(0, 'read', null, 5, 20, { version: '7.1' }),
      ...both(0, 'write', 6, 6, 30, { version: '7.0' }),
      ...both(0, 'read', null, null, 40),
      ...both(0, 'read', null, 8, 50),
    ]
    expect([...(read([ordered, ...events]).operations.versionRank ?? [])]).toEqual([2, 2, 1, 0, NO_RANK])
    // Only a record that says so has versions that compare.
    expect(read([HEADER, ...events]).operations.versionRank).toBeNull()
    expect(read([header('register', ',"order":"dotted"'), ...events]).operations.versionRank).toBeNull()
  })

  test('several values at once are siblings, unless arrays are what is written', () => {
    const siblings = read([HEADER, ...both(0, 'write', 1, 1, 1), ...both(0, 'read', null, [1, 2], 5)])
    expect(
      [...(siblings.operations.siblings.get(1) ?? [])].map((id) => siblings.operations.rawValue(id)),
    ).toEqual([1, 2])
    const arrays = read([HEADER, ...both(0, 'write', [1, 2], null, 1), ...both(0, 'read', null, [1, 2], 5)])
    expect(arrays.operations.siblings.size).toBe(0)
    expect(arrays.operations.result[1]).toBe(arrays.operations.value[0])
  })

  test('counters and sets are read back as they were, whatever an emptied set held', () => {
    const ops = [
      { f: 'write', session: 0, at: 0, end: 2, value: 5 },
      { f: 'write', session: 1, at: 1, end: null, value: 6 },
      { f: 'delete', session: 2, at: 3, end: 4 },
      { f: 'read', session: 3, at: 5, end: 6, result: 5 },
      { f: 'read', session: 4, at: 6, end: 7, result: -1 >>> 0, key: 1 },
      { f: 'write', session: 5, at: 7, end: 9, value: 7, key: 1 },
      { f: 'scan', session: 6, at: 8, end: 9, key: 1 },
      { f: 'write', session: 7, at: 8, end: 9, value: 8, key: 1, status: 'fail' },
    ] as const
    for (const model of ['counter', 'set'] as const) {
      const history = historyOf({
        model,
        initial: null,
        // Values of sets are no negative numbers.
        ops: ops.map((op) => (model === 'set' && op.session === 4 ? { ...op, result: 0 } : op)),
        siblings: model === 'set' ? new Map([[3, [6, 5]]]) : new Map(),
      })
      const own = operationsOf(history)
      const { operations: back } = read([...historyLines(history)])
      const shown = (from: Operations, row: number): unknown => [
        FUNCTIONS[from.f[row]],
        from.status[row],
        from.invokedAt[row],
        from.endedAt[row],
        from.amount[row] ?? null,
        FUNCTIONS[from.f[row]] === 'add' ? from.rawValue(from.value[row]) : null,
        FUNCTIONS[from.f[row]] === 'read' && model === 'set'
          ? [...from.lists[from.result[row]]].map((id) => Number(from.rawValue(id))).sort((a, b) => a - b)
          : null,
      ]
      const rows = ops.map((_, row) => row)
      expect(back.model).toBe(model)
      expect(rows.map((row) => shown(back, row))).toEqual(rows.map((row) => shown(own, row)))
    }
  })

  test('faults become windows', () => {
    const fault = (phase: string, timeNs: number, kind = 'isolate'): string =>
      JSON.stringify({
        type: 'fault',
        kind,
        replica: 'r1',
        atMs: 0,
        forMs: 5,
        phase,
        timeNs,
        replicas: ['r1'],
        by: 'plan',
      })
    const { operations, faults } = read([
      HEADER,
      fault('start', 1),
      ...both(0, 'write', 1, 1, 2),
      fault('end', 9),
      fault('instant', 12, 'thunder'),
    ])
    expect(faults.map(({ kind, from, to, spec }) => [kind, from, to, spec?.kind])).toEqual([
      ['isolate', 1, 9, 'isolate'],
      ['thunder', 12, 12, undefined],
    ])
    expect(operations.healedAt).toBe(12)
    expect(read([HEADER, fault('start', 1), ...both(0, 'write', 1, 1, 2)]).operations.healedAt).toBe(Infinity)
  })
})

describe('impossible or malformed', () => {
  test.each<[string, string[], string]>([
    [
      'an end without a beginning',
      [line('ok', 0, 'write', 1, 5)],
      'line 2: Process 0 has no operation under way that could end.',
    ],
    [
      'a process that overlaps itself',
      [line('invoke', 0, 'write', 1, 5), line('invoke', 0, 'read', null, 6)],
      'line 3: Process 0 begins an operation while another of its own is open.',
    ],
    [
      'a process that goes on after info',
      [line('invoke', 0, 'write', 1, 5), line('info', 0, 'write', 1, 6), line('invoke', 0, 'read', null, 7)],
      'line 4: Process 0 goes on after',
    ],
    [
      'integers that JSON rounds to their neighbours',
      [line('invoke', 0, 'write', 1, 5).replace('"value":1', '"value":9007199254740993')],
      'line 2: An integer is beyond those that can be told apart; write it as a text.',
    ],
    [
      'time that runs backwards',
      [line('invoke', 0, 'write', 1, 5), line('invoke', 1, 'write', 2, 4)],
      'line 3: Time runs backwards: 4 ns comes after 5 ns.',
    ],
    [
      'another operation ends',
      [line('invoke', 0, 'write', 1, 5), line('ok', 0, 'read', 1, 6)],
      'line 3: Process 0 ends another operation than it began.',
    ],
    [
      'another key ends',
      [line('invoke', 0, 'write', 1, 5), line('ok', 0, 'write', 1, 6, { key: 'z' })],
      'line 3: Process 0 ends another operation than it began.',
    ],
    [
      'an operation of another model',
      [line('invoke', 0, 'increment', 1, 5)],
      'line 2: A register has no operation increment.',
    ],
    ['no such operation', [line('invoke', 0, 'teleport', 1, 5)], 'line 2: There is no operation "teleport".'],
    ['no JSON', ['{"type":'], 'line 2: This is not JSON.'],
    ['an array', ['[]'], 'line 2: An event must be an object.'],
    [
      'a time that is no instant',
      [line('invoke', 0, 'write', 1, 0.5)],
      'line 2: "timeNs" must be a whole number',
    ],
    ['a second header', [HEADER], 'line 2: There is a header already.'],
    ['nothing', [], 'line 1: There is no operation in this history.'],
  ])('%s', (_, lines, problem) => {
    expect(problems([HEADER, ...lines])[0]).toContain(problem)
  })

  test.each<[string, string, unknown, unknown, string]>([
    ['counter', 'read', null, 'three', 'a counter reads a whole number'],
    ['counter', 'increment', 1.5, null, 'an increment needs a whole number'],
    ['set', 'read', null, 3, 'a set reads a list'],
    ['append-list', 'read', null, 'x', 'an append-list reads a list'],
    ['kv', 'read', null, 7, 'kv reads a string or null'],
    ['kv', 'write', 7, null, 'kv holds strings'],
    ['cas-register', 'cas', 3, null, 'a cas needs a value of the form [expected, new]'],
    ['txn', 'txn', [['r', 'x', null]], [['r', 'y', 1]], 'other micro-operations'],
    ['txn', 'txn', [['frob', 'x', null]], null, 'micro-operation 1 is not of the form'],
    ['set', 'add', null, null, 'this add has no value'],
  ])('%s: %s of the wrong shape', (model, f, value, result, problem) => {
    const found = problems([header(model), ...both(0, f, value, result, 1)])
    expect(found[0]?.toLowerCase()).toContain(problem)
  })

  test.each<[string, string[], string[]]>([
    [
      'an operation that was refused is not missed at its end',
      [...both(0, 'frob', 1, 1, 5), ...both(0, 'write', 2, 2, 9)],
      ['line 2: There is no operation "frob".'],
    ],
    [
      'one that could not be read is not either, nor is the end of one missed at the next',
      [
        line('invoke', 0, 'write', 1, -5),
        line('ok', 0, 'write', 1, 6),
        line('invoke', 1, 'write', 2, 7),
        line('ok', 1, 'write', 2, 0.5),
        line('invoke', 1, 'write', 3, 8),
      ],
      ['line 2', 'line 5'].map((at) => `${at}: "timeNs" must be a whole number of nanoseconds from 0.`),
    ],
    [
      'of a bad header nothing follows',
      [],
      [
        'line 1: There is no model "regster"; there are register, cas-register, counter, set, append-list, kv, txn.',
      ],
    ],
    [
      'a file that was cut off',
      [line('invoke', 0, 'write', 1, 5), '{"type":"ok","pro'],
      ['line 3: This is not JSON. The file ends in the middle of this line.'],
    ],
  ])('one problem is told once: %s', (_, lines, expected) => {
    const begins =
      lines.length === 0
        ? [HEADER.replace('register', 'regster'), ...both(0, 'read', null, 1, 1)]
        : [HEADER, ...lines]
    expect(problems(begins)).toEqual(expected)
  })

  test.each([
    '{:type :invoke, :f :read, :process 0}',
    '[{:process 0}]',
    '; a history',
    '#jepsen.history.Op{:index 0}',
  ])('what looks like EDN is said to: %s', (first) => {
    expect(problems([first, first])).toEqual([
      'line 1: This is not JSON. It may be EDN: try --from jepsen-edn.',
    ])
  })

  test('no header, and no model named', () => {
    expect(problems(both(0, 'read', null, 1, 1))[0]).toContain('line 1: The first line must be the header')
    expect(problems([header('queue')])[0]).toContain('there is no model "queue"'.slice(1))
  })

  test('of many problems the first are told, each with its line', () => {
    const many = problems([HEADER, ...Array.from({ length: 100 }, (_, i) => line('ok', i, 'write', 1, i))])
    expect(many).toHaveLength(20)
    expect(many[19]).toMatch(/^line 21: /)
  })

  test('keys that would be dangerous in an object are keys', () => {
    const { operations: ops } = read([
      HEADER,
      ...['__proto__', 'constructor', 'toString'].flatMap((key, i) => [
        line('invoke', i, 'write', JSON.parse('{"__proto__":1}'), i * 10, { key }),
        line('ok', i, 'write', null, i * 10 + 1, { key }),
      ]),
    ])
    expect([0, 1, 2].map((key) => ops.keyName(key))).toEqual(['__proto__', 'constructor', 'toString'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})
