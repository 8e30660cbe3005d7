import { describe, expect, test } from 'vitest'
import type { ModelName } from '../contract.ts'
import { checkerNamed } from '../registry.ts'
import { EdnReader } from './index.ts'

/** Histories that were published with their verdicts, written down here in Jepsen's words and read like any file. */
function verdict(ops: readonly string[], guarantee: string, model: ModelName | null, initial?: unknown) {
  const reader = new EdnReader({ model, initial })
  reader.push(ops.join('\n'))
  const record = reader.finish()
  if (!record.ok) throw new Error(JSON.stringify(record.error))
  return checkerNamed(guarantee)?.check(record.value.operations, 1e6)
}

/** Register operations as [process, f, value or result, from, to]. */
function register(...ops: [number, 'read' | 'write', number, number, number][]): string[] {
  const events = ops.flatMap(([process, f, value, from, to]) => [
    {
      at: from,
      isEnd: false,
      text: `:type :invoke, :f :${f}, :value ${f === 'read' ? 'nil' : value}, :process ${process}`,
    },
    { at: to, isEnd: true, text: `:type :ok, :f :${f}, :value ${value}, :process ${process}` },
  ])
  // At one instant what begins comes before what ends.
  events.sort((a, b) => a.at - b.at || Number(a.isEnd) - Number(b.isEnd))
  return events.map(({ at, text }) => `{${text}, :time ${at}}`)
}

describe('a register, MIT 6.824, quiz 2 of 2017, section VII (also in the tests of Porcupine)', () => {
  test.each<[string, string[], 'holds' | 'violated']>([
    [
      'reads beside a write may see it or not',
      register([0, 'write', 100, 0, 100], [1, 'read', 100, 25, 75], [2, 'read', 0, 30, 60]),
      'holds',
    ],
    [
      'once it was seen it stays',
      register([0, 'write', 200, 0, 100], [1, 'read', 200, 10, 30], [2, 'read', 0, 40, 90]),
      'violated',
    ],
    [
      'operations without duration, concurrent',
      register(
        [0, 'write', 100, 0, 100],
        [1, 'read', 100, 25, 75],
        [2, 'read', 0, 30, 30],
        [3, 'read', 0, 30, 30],
      ),
      'holds',
    ],
    [
      'operations without duration, in order',
      register(
        [0, 'write', 200, 0, 100],
        [1, 'read', 200, 10, 10],
        [2, 'read', 200, 10, 10],
        [3, 'read', 0, 40, 90],
      ),
      'violated',
    ],
  ])('%s', (_, ops, expected) => {
    expect(verdict(ops, 'linearizable', 'register', 0)?.status).toBe(expected)
  })
})

describe('Knossos', () => {
  test('a read of neither what was nor what is being written', () => {
    const ops = register(
      [0, 'write', 0, 0, 1],
      [1, 'read', 3, 2, 4],
      [2, 'write', 4, 3, 5],
      [3, 'read', 4, 6, 7],
    )
    const found = verdict(ops, 'linearizable', 'cas-register')
    expect(found).toMatchObject({ status: 'violated' })
    // It is that read, and not the one after it, that is told.
    expect(found?.status === 'violated' ? found.evidence.operations : []).toContain(1)
    expect(found?.status === 'violated' ? found.evidence.operations : []).not.toContain(3)
  })

  test('a write that failed was read all the same', () => {
    const ops = [
      '{:type :invoke, :process 1, :f :read, :value nil}',
      '{:type :invoke, :process 101, :f :write, :value 3}',
      '{:type :fail, :process 101, :f :write, :value 3, :error [:temporarily-unavailable nil]}',
      '{:type :ok, :process 1, :f :read, :value 3}',
    ]
    expect(verdict(ops, 'linearizable', 'cas-register')?.status).toBe('violated')
  })
})

describe('Kingsbury, Alvaro: "Elle", VLDB 2021', () => {
  /** One after the other, each by a process of its own. */
  const txns = (...values: [string, string][]): string[] =>
    values.flatMap(([begun, done], process) => [
      `{:process ${process}, :type :invoke, :f :txn, :value ${begun}}`,
      `{:process ${process}, :type :ok, :f :txn, :value ${done}}`,
    ])

  test('section 3: one transaction read what the other appended, whose own append comes after: G1c', () => {
    const ops = txns(
      ['[[:append :x 1] [:r :y nil]]', '[[:append :x 1] [:r :y [1]]]'],
      ['[[:append :x 2] [:append :y 1]]', '[[:append :x 2] [:append :y 1]]'],
      ['[[:r :x nil]]', '[[:r :x [1 2]]]'],
    )
    expect(verdict(ops, 'read-committed', null)).toMatchObject({
      status: 'violated',
      evidence: { anomaly: 'G1c' },
    })
  })

  test('elements that were read in the order in which they were appended', () => {
    const ops = txns(
      ['[[:append :x 1] [:append :y 1]]', '[[:append :x 1] [:append :y 1]]'],
      ['[[:append :x 2] [:r :y nil]]', '[[:append :x 2] [:r :y [1]]]'],
      ['[[:r :x nil] [:r :y nil]]', '[[:r :x [1 2]] [:r :y [1]]]'],
    )
    expect(verdict(ops, 'strict-serializable', null)?.status).toBe('holds')
  })
})
