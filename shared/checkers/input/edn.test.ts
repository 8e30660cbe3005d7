import { describe, expect, test } from 'vitest'
import { FUNCTIONS } from '../contract.ts'
import type { ModelName } from '../contract.ts'
import { linearizable } from '../linearizable/index.ts'
import { EdnReader } from './index.ts'
import type { ReadRecord } from './index.ts'

function outcome(text: string, model: ModelName | null = null, initial?: unknown) {
  const reader = new EdnReader({ model, initial })
  for (let from = 0; from < text.length; from += 13) reader.push(text.slice(from, from + 13))
  return reader.finish()
}

function read(...args: Parameters<typeof outcome>): ReadRecord {
  const record = outcome(...args)
  if (!record.ok) throw new Error(JSON.stringify(record.error))
  return record.value
}

const problem = (...args: Parameters<typeof outcome>): string | undefined => {
  const record = outcome(...args)
  return record.ok ? undefined : `${record.error[0].path}: ${record.error[0].sentence}`
}

/** A history in Jepsen's words: type, process, f, value, and the time where there is one. */
const history = (rows: readonly (readonly [string, number | string, string, string, number?])[]): string[] =>
  rows.map(
    ([type, process, f, value, time]) =>
      `{:type :${type}, :f :${f}, :value ${value}, :process ${process}${time === undefined ? '' : `, :time ${time}`}}`,
  )

const REGISTER = history([
  ['invoke', 0, 'write', '3', 10],
  ['invoke', 1, 'read', 'nil', 12],
  ['ok', 0, 'write', '3', 20],
  ['ok', 1, 'read', '3', 25],
  ['invoke', 0, 'cas', '[3 4]', 30],
  ['fail', 0, 'cas', '[3 4]', 40],
  ['invoke', 1, 'write', '5', 45],
  ['info', 1, 'write', '5', 50],
])

describe('a register', () => {
  test.each([
    ['line by line', REGISTER.join('\n')],
    ['in one vector', `[${REGISTER.join(' ')}]`],
    ['in a list over many lines, with comments', `; a history\n(${REGISTER.join('\n ; and then\n')})\n`],
    ['as records of Jepsen', REGISTER.map((op) => `#jepsen.history.Op${op}`).join('\n')],
    [
      'without spaces after commas, with something left out',
      REGISTER.join('\n').replaceAll(', ', ',') + '#_{:type :bad}',
    ],
  ])('%s', (_, text) => {
    const { operations: ops } = read(text)
    expect(ops.model).toBe('cas-register')
    expect([...ops.f].map((f) => FUNCTIONS[f])).toEqual(['write', 'read', 'cas', 'write'])
    // The cas found something else, which is an observation.
    expect([...ops.status]).toEqual([1, 1, 1, 3])
    expect(ops.result[2]).toBe(0)
    expect([...ops.invokedAt]).toEqual([10, 12, 30, 45])
    expect(ops.hasTimes).toBe(true)
    expect(ops.rawValue(ops.result[1])).toBe(3)
  })

  test.each([
    ['an error', ':error :timeout'],
    ['an error that has no words', ':error nil'],
  ])('a cas that fails with %s did not happen', (_, error) => {
    const text = REGISTER.join('\n').replace('{:type :fail, ', `{:type :fail, ${error}, `)
    expect(read(text).operations.status[2]).toBe(2)
  })

  test.each([
    ['a read or write fails without a word: so may the cas have', 'nil', 2],
    ['it says why in place of its value', ':timed-out', 1],
  ])('where %s', (_, value, status) => {
    const failed = history([
      ['invoke', 7, 'read', 'nil', 60],
      ['fail', 7, 'read', value, 70],
    ])
    expect(read([...REGISTER, ...failed].join('\n')).operations.status[2]).toBe(status)
  })

  test('what leaves the process out has one', () => {
    const nameless = REGISTER.slice(0, 1).concat(REGISTER.slice(2, 3), REGISTER.slice(4, 6))
    const { operations: ops } = read(nameless.join('\n').replaceAll(', :process 0', ''))
    expect([ops.count, ops.processCount, ops.processName(0)]).toEqual([2, 1, 'nil'])
  })

  test('problems and operations know their line', () => {
    const { operations: ops } = read(`\n${REGISTER.join('\n')}`)
    expect([...(ops.line ?? [])]).toEqual([2, 3, 6, 8])
  })

  test('without times, or with times out of order, places in the file stand for them', () => {
    const untimed = REGISTER.map((op) => op.replace(/, :time \d+/, ''))
    expect(read(untimed.join('\n')).operations).toMatchObject({ hasTimes: false })
    const late = [...REGISTER.slice(0, 2), REGISTER[2].replace('20', '11'), ...REGISTER.slice(3)]
    const { operations: ops } = read(late.join('\n'))
    expect(ops.hasTimes).toBe(false)
    expect([...ops.invokedAt]).toEqual([0, 1, 4, 6])
  })

  test('nanoseconds since 1970 count from the first', () => {
    const epoch = REGISTER.map((op) => op.replace(/:time (\d+)/, ':time 15893674580733000$1'))
    const { operations: ops } = read(epoch.join('\n'))
    expect(ops.hasTimes).toBe(true)
    expect([...ops.invokedAt]).toEqual([0, 2, 20, 35])
  })

  test('what has one time came in the order of the file', () => {
    const sameTime = REGISTER.map((op) => op.replace(/:time \d+/, ':time 0'))
    const { operations: ops } = read(sameTime.join('\n'))
    expect(ops.hasTimes).toBe(true)
    expect(ops.endedAt[1]).toBeLessThan(ops.invokedAt[2])
    expect(ops.invokedAt[1]).toBeLessThan(ops.endedAt[0])
    expect(ops.endedAt[2]).toBeLessThan(1)
  })
})

describe('a lock, as Knossos has it', () => {
  const lock = (rows: readonly (readonly [string, number, string, string?])[]): string =>
    rows
      .map(([type, process, f, more = '']) => `{:type :${type}, :f :${f}, :process ${process}${more}}`)
      .join('\n')
  const verdict = (text: string) => linearizable.check(read(text).operations, 1e6).status

  test('whoever releases it, it is held once at a time', () => {
    const handedOn = [
      ['invoke', 0, 'acquire'],
      ['ok', 0, 'acquire'],
      ['invoke', 1, 'acquire'],
      ['invoke', 2, 'release'],
      ['ok', 2, 'release'],
      ['ok', 1, 'acquire'],
      ['invoke', 0, 'acquire'],
      ['fail', 0, 'acquire', ', :error :already-held'],
    ] as const
    expect(verdict(lock(handedOn))).toBe('holds')
    expect(verdict(lock([...handedOn, ['invoke', 3, 'acquire'], ['ok', 3, 'acquire']]))).toBe('violated')
    expect(
      verdict(
        lock([
          ['invoke', 0, 'release'],
          ['ok', 0, 'release'],
        ]),
      ),
    ).toBe('violated')
  })

  test('of several locks each is held by itself', () => {
    const both = lock([
      ['invoke', 0, 'acquire', ', :value [:a nil]'],
      ['ok', 0, 'acquire', ', :value [:a nil]'],
      ['invoke', 1, 'acquire', ', :value [:b nil]'],
      ['ok', 1, 'acquire', ', :value [:b nil]'],
    ])
    expect(verdict(both)).toBe('holds')
    expect(verdict(both.replaceAll(':b', ':a'))).toBe('violated')
  })
})

describe('values', () => {
  const value = (edn: string): unknown => {
    const { operations: ops } = read(history([['invoke', 0, 'write', edn]]).join('\n'), 'register')
    return ops.rawValue(ops.value[0])
  }
  test.each<[string, unknown]>([
    ['3', 3],
    ['-2.5', -2.5],
    ['12N', 12],
    ['true', true],
    ['"a \\"quoted\\" } ]\\n"', 'a "quoted" } ]\n'],
    [':key', ':key'],
    ['sym', 'sym'],
    ['\\a', 'a'],
    ['(1 [2] #{3})', [1, [2], [3]]],
    ['{:a 1, "b" {2 3}}', { ':a': 1, b: { 2: 3 } }],
    ['#inst "2020-01-01"', '2020-01-01'],
    ['#some/tag [1 #other 2]', [1, 2]],
    ['#_ #_ 1 2 3', 3],
    ['{:__proto__ 1}', JSON.parse('{":__proto__":1}')],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    [
      '[-12345678901234567891 "12345678901234567891 \\" 1" 1]',
      ['-12345678901234567891', '12345678901234567891 " 1', 1],
    ],
    ['1/2', '1/2'],
    ['1.50M', 1.5],
  ])('%s', (edn, expected) => {
    expect(value(edn)).toEqual(expected)
  })
})

describe('keys', () => {
  test('independent tests hold [key value]', () => {
    const { operations: ops } = read(
      history([
        ['invoke', 0, 'write', '[7 1]'],
        ['ok', 0, 'write', '[7 1]'],
        ['invoke', 0, 'read', '["k" nil]'],
        ['ok', 0, 'read', '["k" 1]'],
        ['invoke', 0, 'cas', '[7 [1 2]]'],
        ['info', ':nemesis', 'start', 'nil'],
      ]).join('\n'),
    )
    expect([ops.keyName(ops.key[0]), ops.keyName(ops.key[1]), ops.keyName(ops.key[2])]).toEqual([
      '7',
      'k',
      '7',
    ])
    expect(ops.rawValue(ops.expected[2])).toBe(1)
  })

  test('a cas may be [key expected new]', () => {
    const { operations: ops } = read(
      history([
        ['invoke', 0, 'read', '["k1" nil]'],
        ['ok', 0, 'read', '["k1" "v1"]'],
        ['invoke', 0, 'cas', '["k2" nil "v2"]'],
        ['fail', 0, 'cas', '["k2" nil "v2"]'],
      ]).join('\n'),
    )
    expect([ops.keyName(ops.key[1]), ops.rawValue(ops.expected[1]), ops.rawValue(ops.value[1])]).toEqual([
      'k2',
      null,
      'v2',
    ])
    expect([ops.status[1], ops.result[1]]).toEqual([1, 0])
  })

  test('pairs of a plain register, and lists of two, are values', () => {
    const pairs = history([
      ['invoke', 0, 'cas', '[1 2]'],
      ['ok', 0, 'cas', '[1 2]'],
    ])
    expect(read(pairs.join('\n')).operations.keyName(0)).toBe('')
    const named = history([
      ['invoke', 0, 'read', '[1 2]'],
      ['ok', 0, 'read', '[1 2]'],
    ])
    expect(read(named.join('\n')).operations.keyName(0)).toBe('')
    const lists = history([
      ['invoke', 0, 'append', '4'],
      ['invoke', 1, 'read', 'nil'],
      ['ok', 1, 'read', '[4 5]'],
    ])
    expect(read(lists.join('\n')).operations.lists.map((ids) => ids.length)).toEqual([2])
  })

  test(':key beside the value, as string stores write it', () => {
    const { operations: ops } = read(
      [
        '{:process 0, :type :invoke, :f :get, :key "0", :value nil}',
        '{:process 1, :type :invoke, :f :append, :key "5", :value "x 1 0 y"}',
        '{:process 0, :type :ok, :f :get, :key "0", :value ""}',
      ].join('\n'),
    )
    expect([ops.model, ops.keyCount, ops.result[0]]).toEqual(['kv', 2, 0])
  })
})

describe('models that nobody names', () => {
  const model = (...rows: Parameters<typeof history>[0][number][]): ModelName =>
    read(history(rows).join('\n')).operations.model
  test('by what was done, and what reads returned', () => {
    expect(model(['invoke', 0, 'write', '1'])).toBe('register')
    expect(
      model(
        ['invoke', 0, 'add', '1'],
        ['ok', 0, 'add', '1'],
        ['invoke', 0, 'read', 'nil'],
        ['ok', 0, 'read', '#{1}'],
      ),
    ).toBe('set')
    expect(
      model(
        ['invoke', 0, 'add', '1'],
        ['ok', 0, 'add', '1'],
        ['invoke', 0, 'read', 'nil'],
        ['ok', 0, 'read', '1'],
      ),
    ).toBe('counter')
    expect(
      model(['invoke', 0, 'broadcast', '1'], ['invoke', 1, 'read', 'nil'], ['ok', 1, 'read', '[1]']),
    ).toBe('set')
    expect(model(['invoke', 0, 'append', '1'])).toBe('append-list')
    expect(model(['invoke', 0, 'append', '"1"'])).toBe('kv')
    expect(model(['invoke', 0, 'txn', '[[:r :x nil] [:append :y 1]]'])).toBe('txn')
    expect(read('{:type :invoke, :process 0, :value [[:w 1 2]]}').operations.model).toBe('txn')
    // Jepsen's long forks are read and written by transactions, too.
    expect(model(['invoke', 0, 'read', '[[:r 1 nil] [:r 2 nil]]'])).toBe('txn')
  })
})

test('the nemesis makes fault windows, from its call to its last word', () => {
  const text = history([
    ['invoke', 0, 'read', 'nil', 1],
    ['info', ':nemesis', 'start', 'nil', 10],
    ['info', ':nemesis', 'start', '"cut off"', 12],
    ['info', ':nemesis', 'kill', 'nil', 14],
    ['info', ':nemesis', 'kill', '[n1]', 15],
    ['info', ':nemesis', 'start-clock', 'nil', 16],
    ['info', ':nemesis', 'start-clock', 'nil', 17],
    ['info', ':nemesis', 'stop', 'nil', 20],
    ['info', ':nemesis', 'stop', '"whole"', 22],
  ]).join('\n')
  const { faults, operations } = read(text)
  expect(faults.map(({ kind, from, to }) => [kind, from, to])).toEqual([
    ['nemesis', 10, 22],
    ['kill', 14, 14],
    ['clock', 16, Infinity],
  ])
  expect(operations.count).toBe(1)
})

describe('damaged or impossible', () => {
  const good = history([['invoke', 0, 'read', 'nil']])[0]
  test.each([
    ['a map that never ends', `${good}\n{:type :ok`, 'line 2: The form that begins here is never closed.'],
    ['a vector that never ends', `[${good}`, 'line 1: The "]" that ends the record is missing.'],
    ['brackets that do not match', `${good}\n\n{:type [:ok}`, 'line 3: There is "}" where "]" should be.'],
    ['a bracket too many', `${good}}`, 'line 1: This "}" closes nothing.'],
    ['a string that never ends', `{:type "ok}`, 'line 1: The form that begins here is never closed.'],
    ['a key without a value', '{:type :ok :value}', 'line 1: A map has a key without a value.'],
    ['a tag of nothing', '{:type #a}', 'line 1: A tag has no value.'],
    ['something after the end', `[${good}] {}`, 'line 1: There is something after the end of the record.'],
    ['depth', `${'['.repeat(100_000)}`, 'line 1: This nests deeper than 64 levels.'],
    ['depth of tags', `${'#a '.repeat(100_000)}1`, 'line 1: '],
    ['no map', `${good}\n7`, 'line 2: An operation is a map.'],
    ['no type', '{:process 0}', 'line 1: :type must be :invoke, :ok, :fail or :info.'],
    ['no process', '{:type :ok :process [0]}', 'line 1: :process must be a number or :nemesis.'],
    ['no operation', '{:type :ok}', 'line 1: :f must name the operation.'],
    [
      'an end without a beginning',
      good.replace(':invoke', ':ok'),
      'line 1: Process 0 has no operation under way that could end.',
    ],
    [
      'a process that overlaps itself',
      `${good}\n${good}`,
      'line 2: Process 0 begins an operation while another of its own is open.',
    ],
    [
      'an operation of no model',
      good.replace(':read', ':enqueue'),
      'line 1: There is no operation "enqueue".',
    ],
    ['a bracket as a character', '{:type \\{}', 'line 1: The character \\{ cannot be read.'],
    ['a wrong escape', '{:type "\\q"}', 'line 1: This is no EDN: Unexpected escape character'],
    ['JSON', '{"type":"invoke","process":0}', 'line 1: This is JSON and no EDN: try --from jsonl.'],
    ['nothing', '; empty', 'line 1: There is no operation in this history.'],
  ])('%s', (_, text, expected) => {
    expect(problem(text)).toContain(expected)
  })
})
