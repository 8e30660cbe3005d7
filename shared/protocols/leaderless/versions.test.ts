import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { VersionVector } from '../contract.ts'
import {
  cellOf,
  counterOf,
  covers,
  dottedWrite,
  hashOf,
  includes,
  join,
  makeCell,
  merge,
  siblingValues,
} from './versions.ts'
import type { Cell } from './versions.ts'

const KEY = 3
const SESSIONS = 3
const REPLICAS = 3

const lww = fc.record({ at: fc.nat(4), by: fc.nat(2) }).map(({ at, by }) => {
  return makeCell(KEY, at, by, at * 10 + by, 1, 0, null, null)
})
const vector: fc.Arbitrary<VersionVector> = fc
  .dictionary(fc.constantFrom('0', '1', '2', '5'), fc.integer({ min: 1, max: 4 }))
  .map((counters) => Object.entries(counters).map(([actor, counter]) => [Number(actor), counter] as const))

describe('last writer wins', () => {
  test('merging is commutative, associative and idempotent, and keeps the greater (at, by)', () => {
    fc.assert(
      fc.property(lww, lww, lww, (a, b, c) => {
        expect(merge(a, b)).toEqual(merge(b, a))
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)))
        expect(merge(a, a)).toBe(a)
        const { at, by } = merge(a, b)
        expect(at * 10 + by).toBe(Math.max(a.value, b.value))
      }),
    )
  })
})

describe('version vectors', () => {
  test('join is the least upper bound, includes the order (pointwise, by brute force)', () => {
    fc.assert(
      fc.property(vector, vector, (a, b) => {
        const joined = join(a, b)
        for (const actor of [0, 1, 2, 3, 5, 9]) {
          expect(counterOf(joined, actor)).toBe(Math.max(counterOf(a, actor), counterOf(b, actor)))
        }
        expect(joined.map(([actor]) => actor)).toEqual(joined.map(([actor]) => actor).sort((x, y) => x - y))
        expect(includes(a, b)).toBe(b.every(([actor, counter]) => counterOf(a, actor) >= counter))
      }),
    )
  })
})

/** An event with the whole set of events before it: what dotted version vectors stand for. */
interface Event {
  readonly name: string
  readonly value: number
  readonly past: ReadonlySet<string>
}

type Step =
  { f: 'write' | 'read'; session: number; replica: number } | { f: 'merge'; session: number; replica: number }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    f: fc.constantFrom('write' as const, 'read' as const, 'merge' as const),
    session: fc.nat(SESSIONS - 1),
    replica: fc.nat(REPLICAS - 1),
  }),
  { maxLength: 30 },
)

describe('dotted version vectors (Preguiça et al. 2012) against causal histories', () => {
  test('the siblings are the events that no other event follows', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const cells: (Cell | null)[] = Array.from({ length: REPLICAS }, () => null)
        const contexts: (VersionVector | null)[] = Array.from({ length: SESSIONS }, () => null)
        const sequences = Array.from({ length: SESSIONS }, () => 0)
        const events = new Map<string, Event>()
        const held: Set<string>[] = cells.map(() => new Set())
        const seen: Set<string>[] = contexts.map(() => new Set())
        const add = (replica: number, cell: Cell) => {
          const old = cells[replica]
          cells[replica] = old === null ? cell : merge(old, cell)
        }
        for (const { f, session, replica } of script) {
          if (f === 'read') {
            const { context } = cells[replica] ?? { context: null }
            if (context !== null) contexts[session] = join(contexts[session] ?? [], context)
            for (const name of held[replica]) seen[session].add(name)
          } else if (f === 'merge') {
            const from = (replica + 1 + session) % REPLICAS
            const cell = cells[from]
            if (cell !== null) add(replica, cell)
            for (const name of held[from]) held[replica].add(name)
          } else {
            const at = ++sequences[session]
            const name = `${session}.${at}`
            const cell = dottedWrite(KEY, contexts[session], at, session, events.size + 2, 1, 0)
            events.set(name, { name, value: events.size + 2, past: new Set(seen[session]) })
            seen[session].add(name)
            contexts[session] = cell.context
            add(replica, cell)
            // Whoever stores an event stores its past: that is what its context says.
            for (const earlier of seen[session]) held[replica].add(earlier)
          }
        }
        cells.forEach((cell, replica) => {
          const all = [...held[replica]].map((name) => events.get(name) as Event)
          const maximal = all.filter(({ name }) => !all.some(({ past }) => past.has(name)))
          const values = (cell?.siblings ?? []).map(({ value }) => value).sort((a, b) => a - b)
          expect(values).toEqual(maximal.map(({ value }) => value).sort((a, b) => a - b))
        })
        // Replicas that have merged everything hold the same, and say so.
        const known = cells.filter((cell) => cell !== null)
        if (known.length < 2) return
        const forwards = known.reduce(merge)
        const backwards = known.reduceRight(merge)
        expect(forwards).toEqual(backwards)
        expect(hashOf(forwards)).toBe(hashOf(backwards))
        for (const cell of known) {
          expect(covers(forwards, cell)).toBe(true)
          expect(merge(forwards, cell)).toBe(forwards)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a blind write leaves the other value as a sibling; a write that has read both supersedes both', () => {
    const first = dottedWrite(KEY, null, 1, 10, 5, 1, 0)
    const blind = dottedWrite(KEY, null, 1, 20, 4, 1, 0)
    const two = merge(first, blind)
    expect(siblingValues(two)).toEqual([4, 5])
    expect(two).toMatchObject({ value: 4, at: 1, by: 20 })
    const resolved = dottedWrite(KEY, two.context, 2, 20, 6, 1, 0)
    expect(siblingValues(merge(two, resolved))).toBeNull()
    expect(merge(two, resolved).value).toBe(6)
  })

  test('the write of one session does not hide an unseen write of another through the same coordinator', () => {
    // With one counter per coordinator, having seen its second write would pretend to have seen its first.
    const unseen = dottedWrite(KEY, null, 1, 1, 5, 1, 0)
    const seen = dottedWrite(KEY, null, 1, 2, 6, 1, 0)
    const after = dottedWrite(KEY, seen.context, 1, 3, 7, 1, 0)
    expect(siblingValues(merge(unseen, after))).toEqual([5, 7])
  })

  test('a deletion is a sibling that readers do not see', () => {
    const value = dottedWrite(KEY, null, 1, 1, 5, 1, 0)
    const deletion = dottedWrite(KEY, null, 1, 2, 0, 0, 99)
    const merged = merge(value, deletion)
    expect(siblingValues(merged)).toBeNull()
    expect(merged).toMatchObject({ value: 5, goneAt: 0 })
    expect(cellOf(KEY, deletion.siblings!, deletion.context!)).toMatchObject({ value: 0, goneAt: 99 })
  })
})
