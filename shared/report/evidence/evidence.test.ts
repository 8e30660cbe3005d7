import { describe, expect, test } from 'vitest'
import { linearizable } from '../../checkers/linearizable/index.ts'
import { operationsFrom } from '../../checkers/operations/index.ts'
import type { PlainOperation } from '../../checkers/operations/index.ts'
import { serializable } from '../../checkers/txn/index.ts'
import type { Checker, Operations } from '../../checkers/contract.ts'
import { HOSTILE_NAMES } from '../testdata/hostile.ts'
import { elements } from '../testdata/html-elements.ts'
import { evidencePicture, numbersOf } from './picture.ts'
import { reportedEvidence } from './reported.ts'
import { shownEvidence } from './shown.ts'
import type { ReportedEvidence } from './types.ts'

const MS = 1e6

function evidenceOf(checker: Checker, ops: Operations): ReportedEvidence {
  const verdict = checker.check(ops, 1e6)
  if (verdict.status !== 'violated') throw new Error(`it is ${verdict.status}`)
  return reportedEvidence(ops, verdict.evidence)
}

const register = (...plain: PlainOperation[]): Operations => operationsFrom({ model: 'register' }, plain)

/** Two writes, a stale read, one beside it, and 300 that have nothing to do with it. */
function staleRead(name = 'k', process: string | number = 0): ReportedEvidence {
  return evidenceOf(
    linearizable,
    register(
      { process, f: 'write', key: name, value: 1, at: 0, end: 5 * MS },
      { process, f: 'write', key: name, value: 2, at: 6 * MS, end: 9 * MS },
      { process: 8, f: 'read', key: name, result: 2, at: 9.5 * MS, end: 12 * MS },
      { process: 9, f: 'read', key: name, result: 1, at: 10 * MS, end: 20 * MS },
      ...Array.from({ length: 300 }, (_, i) => ({
        process: 10 + i,
        f: 'write' as const,
        key: 'other',
        value: i,
        at: (1 + i / 100) * MS,
        end: 30 * MS,
      })),
    ),
  )
}

describe('evidence in a report', () => {
  test('is complete in itself and tells proof from what ran beside', () => {
    const evidence = staleRead()
    expect(
      evidence.shown.map(({ process, text, from, to, isProof }) => [process, text, from, to, isProof]),
    ).toEqual([
      ['0', 'wrote 1 to k', 0, 5, true],
      ['0', 'wrote 2 to k', 6, 9, true],
      ['8', 'read 2 from k', 9.5, 12, false],
      ['9', 'read 1 from k', 10, 20, true],
    ])
    expect(evidence.shown.filter(({ isProof }) => isProof).map(({ row }) => row)).toEqual(evidence.operations)
    expect(shownEvidence(JSON.parse(JSON.stringify(evidence)))).toEqual(evidence)
  })

  test('of transactions shows what they did', () => {
    const ops = operationsFrom({ model: 'txn', hasTimes: false }, [
      {
        process: 0,
        f: 'txn',
        value: [
          ['r', 'x', null],
          ['w', 'y', 1],
        ],
        result: [
          ['r', 'x', null],
          ['w', 'y', 1],
        ],
        at: 0,
        end: 9,
      },
      {
        process: 1,
        f: 'txn',
        value: [
          ['r', 'y', null],
          ['w', 'x', 2],
        ],
        result: [
          ['r', 'y', null],
          ['w', 'x', 2],
        ],
        at: 1,
        end: 8,
      },
      {
        process: 2,
        f: 'txn',
        value: [
          ['r', 'x', null],
          ['r', 'y', null],
        ],
        result: [
          ['r', 'x', 2],
          ['r', 'y', 1],
        ],
        at: 10,
        end: 11,
      },
    ])
    const evidence = evidenceOf(serializable, ops)
    expect(evidence.unit).toBe('events')
    expect(evidence.shown.map(({ text }) => text)).toContain('r x nothing, w y 1')
  })

  test.each([
    [null],
    ['a text'],
    [{ sentence: 's', operations: [1] }],
    [{ ...staleRead(), unit: 'years' }],
    [{ ...staleRead(), shown: [{ row: 1 }] }],
    [{ ...staleRead(), edges: [{ from: '1', to: 2, kind: 'x', text: 'y' }] }],
    [{ ...staleRead(), cycle: ['1'] }],
  ])('anything else is not taken for it: %j', (value) => {
    expect(shownEvidence(value)).toBeNull()
  })
})

describe('the picture', () => {
  test('draws the operations of the proof and those beside, and none of the 300 others', () => {
    const svg = evidencePicture(staleRead(), [], 'h', 'light')
    expect(svg.match(/<rect /g)).toHaveLength(4)
    expect(svg).toContain('1  wrote 1 to k')
    expect([...numbersOf(staleRead()).values()]).toEqual([1, 2, 3])
  })

  test('keeps the order of instants', () => {
    const svg = evidencePicture(staleRead(), [], 'h', 'light')
    const bars = [...svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)" [^>]*><title>([^<]*)</g)]
    const spans = new Map(bars.map(([, x, width, text]) => [text, [Number(x), Number(x) + Number(width)]]))
    const [first, second] = [
      spans.get('process 0 wrote 1 to k'),
      spans.get('process 0 wrote 2 to k'),
    ] as number[][]
    const [beside, stale] = [
      spans.get('process 8 read 2 from k'),
      spans.get('process 9 read 1 from k'),
    ] as number[][]
    expect(first[1]).toBeLessThanOrEqual(second[0])
    expect(second[1]).toBeLessThan(stale[0])
    expect(beside[0]).toBeLessThan(stale[0])
    expect(beside[1]).toBeGreaterThan(stale[0])
  })

  test('draws an arrow for each step, and faults that were in force', () => {
    const evidence = staleRead()
    const faults = [
      { label: 'cut off', from: 7, to: 11 },
      { label: 'for ever', from: 8, to: null },
      { label: 'long before', from: -9, to: -8 },
      { label: 'long after', from: 90, to: 91 },
    ]
    const svg = evidencePicture(evidence, faults, 'h', 'light')
    expect(evidence.edges.length).toBeGreaterThan(0)
    expect(svg.match(/ended before|same process|was read by|read before/g)?.length).toBeGreaterThanOrEqual(
      evidence.edges.length,
    )
    expect(svg).toContain('cut off')
    expect(svg).toContain('for ever')
    expect(svg).not.toContain('long before')
    expect(svg).not.toContain('long after')
  })

  test.each(HOSTILE_NAMES)('shows %s as a text', (name) => {
    const svg = evidencePicture(staleRead(name, name), [{ label: name, from: 0, to: 50 }], name, 'dark')
    expect(() => elements(svg)).not.toThrow()
    expect(/<[^>]+\son\w+="/i.exec(svg.replace(/="[^"]*"/g, '=""'))).toBeNull()
    expect(svg).not.toContain('<script')
  })

  test('a proof of thousands is drawn as far as its beginning', () => {
    const evidence = staleRead()
    const shown = Array.from({ length: 48 }, (_, row) => ({ ...evidence.shown[0], row, process: `p${row}` }))
    const svg = evidencePicture({ ...evidence, shown }, [], 'h', 'light')
    expect(svg.match(/<rect /g)?.length).toBeLessThanOrEqual(24)
  })
})
