import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deepClone, deepEqual, deepFreeze, firstDifference } from './clone.ts'
import { Deque } from './deque.ts'

class Entry {
  term: number
  command: { op: string }
  constructor(term: number, op: string) {
    this.term = term
    this.command = { op }
  }
  get label(): string {
    return `${this.term}:${this.command.op}`
  }
}

const sample = (): {
  log: Entry[]
  next: Map<number, { at: number }>
  voters: Set<string>
  digest: Uint32Array
  hook: () => void
  none: null
  gap: undefined
} => ({
  log: [new Entry(1, 'x'), new Entry(2, 'y')],
  next: new Map([
    [1, { at: 4 }],
    [2, { at: 5 }],
  ]),
  voters: new Set(['a', 'b']),
  digest: Uint32Array.of(1, 2, 3),
  hook,
  none: null,
  gap: undefined,
})
function hook(): void {}

describe('deepClone', () => {
  test('equals the original and shares nothing mutable with it', () => {
    const original = sample()
    const copy = deepClone(original)
    expect(copy).toStrictEqual(original)
    expect(firstDifference(original, copy)).toBeNull()
    copy.log[0].command.op = 'z'
    copy.next.get(1)!.at = 99
    copy.voters.add('c')
    copy.digest[0] = 7
    expect(original).toStrictEqual(sample())
  })

  test('keeps classes, their accessors and functions', () => {
    const copy = deepClone(sample())
    expect(copy.log[0]).toBeInstanceOf(Entry)
    expect(copy.log[0].label).toBe('1:x')
    expect(copy.hook).toBe(hook)
    const deque = new Deque<{ n: number }>()
    deque.push({ n: 1 })
    const other = deepClone(deque)
    other.shift()
    expect([deque.length, other.length]).toEqual([1, 0])
  })

  test('keeps sharing and cycles', () => {
    interface Node {
      peer: Node | null
      self: Node | null
    }
    const a: Node = { peer: null, self: null }
    const b: Node = { peer: a, self: null }
    a.peer = b
    a.self = a
    const copy = deepClone([a, b, a])
    expect(copy[0]).toBe(copy[2])
    expect(copy[0].self).toBe(copy[0])
    expect(copy[0].peer).toBe(copy[1])
    expect(copy[0]).not.toBe(a)
    expect(firstDifference([a, b, a], copy)).toBeNull()
  })

  test('thaws, takes a view without its surroundings, keeps prototypes null and derived', () => {
    class Log extends Array<number> {}
    class Index extends Map<string, number> {}
    const view = Uint16Array.of(1, 2, 3, 4).subarray(1, 3)
    const original = deepFreeze({
      log: Log.from([1, 2]),
      index: new Index([['a', 1]]),
      bare: Object.create(null) as object,
    })
    const copy = deepClone({ ...original, view })
    expect(copy.log).toBeInstanceOf(Log)
    expect([...copy.log]).toEqual([1, 2])
    expect(copy.index).toBeInstanceOf(Index)
    expect(Object.getPrototypeOf(copy.bare)).toBeNull()
    expect([copy.view.length, copy.view.buffer.byteLength]).toEqual([2, 4])
    copy.log.push(3)
  })

  test('an own key __proto__ stays a key', () => {
    const copy = deepClone(JSON.parse('{"__proto__":{"polluted":true}}')) as { polluted?: boolean }
    expect(copy.polluted).toBeUndefined()
    expect(Object.keys(copy)).toEqual(['__proto__'])
  })

  test('any JSON value, cloned, is equal and frozen is still equal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = deepClone(value)
        expect(copy).toStrictEqual(value)
        expect(deepEqual(value, deepFreeze(copy))).toBe(true)
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  test('a chain of 100,000 objects is copied, frozen and compared without a stack overflow', () => {
    let chain: unknown = null
    for (let i = 0; i < 100_000; i++) chain = [{ next: chain }]
    const copy = deepClone(chain)
    expect(firstDifference(chain, copy)).toBeNull()
    expect(Object.isFrozen(deepFreeze(copy))).toBe(true)
  })
})

describe('deepFreeze', () => {
  test('what was frozen throws on a change, at every depth and inside Map and Set', () => {
    const value = deepFreeze({ ...sample(), holders: new Set([{ n: 1 }]), keyed: new Map([[{ k: 1 }, [1]]]) })
    const changes: (() => void)[] = [
      () => (value.log = []),
      () => value.log.push(new Entry(3, 'w')),
      () => (value.log[0].command.op = 'q'),
      () => (value.next.get(1)!.at = 0),
      () => [...value.holders].forEach((holder) => (holder.n = 2)),
      () => [...value.keyed.keys()].forEach((key) => (key.k = 2)),
      () => [...value.keyed.values()].forEach((list) => list.push(2)),
    ]
    for (const change of changes) expect(change).toThrow(TypeError)
    value.digest[0] = 9
    expect(value.digest[0]).toBe(9)
  })
})

describe('firstDifference', () => {
  test.each<[string, unknown, unknown, string]>([
    ['a leaf', { a: { b: [1, 2, 3] } }, { a: { b: [1, 2, 4] } }, '$.a.b[2]'],
    ['the first of several', { a: [1, { x: 1 }], b: 1 }, { a: [1, { x: 2 }], b: 2 }, '$.a[1].x'],
    ['zero and minus zero', [0], [-0], '$[0]'],
    ['a missing key', { a: 1, b: 2 }, { a: 1 }, '$.b'],
    ['an extra key that is undefined', { a: 1 }, { a: 1, 'b-c': undefined }, '$["b-c"]'],
    ['a shorter array', [1, 2], [1], '$[1]'],
    ['a longer array', [1], [1, undefined], '$[1]'],
    ['kinds', { a: [] }, { a: {} }, '$.a'],
    ['classes', [new Entry(1, 'x')], [{ term: 1, command: { op: 'x' } }], '$[0]'],
    ['an entry of a Map', new Map([['k', { v: 1 }]]), new Map([['k', { v: 2 }]]), '$.get("k").v'],
    [
      'the order of a Map',
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
      new Map([
        ['b', 2],
        ['a', 1],
      ]),
      '$.keys()[0]',
    ],
    ['the order of a Set', new Set(['a', 'b']), new Set(['b', 'a']), '$.keys()[0]'],
    ['a smaller Set', new Set(['a', 'b']), new Set(['a']), '$.keys()[1]'],
    ['a larger Set', new Set(['a']), new Set(['a', 'b']), '$.keys()[1]'],
    ['bytes', { d: Uint8Array.of(1, 2) }, { d: Uint8Array.of(1, 3) }, '$.d'],
    ['widths', { d: Uint8Array.of(1, 2) }, { d: Uint16Array.of(513) }, '$.d'],
    ['null and an object', { a: null }, { a: {} }, '$.a'],
    ['functions', { f: () => 1 }, { f: () => 1 }, '$.f'],
  ])('%s', (_, a, b, path) => {
    expect(firstDifference(a, b)).toBe(path)
    expect(firstDifference(deepClone(a), a)).toBeNull()
  })

  test('sharing is no difference, nor is the length of a cycle of equal content', () => {
    const twin = { a: 1 }
    expect(firstDifference([twin, twin], [{ a: 1 }, { a: 1 }])).toBeNull()
    expect(firstDifference([{ a: 1 }, { a: 1 }], [twin, twin])).toBeNull()
    expect(firstDifference([twin, twin], [{ a: 1 }, { a: 2 }])).toBe('$[1].a')
    const cycle = (length: number): object => {
      const nodes: { next: object | null }[] = Array.from({ length }, () => ({ next: null }))
      nodes.forEach((node, i) => (node.next = nodes[(i + 1) % length]!))
      return nodes[0]
    }
    expect(firstDifference(cycle(2), cycle(3))).toBeNull()
  })

  test('the order of keys is no difference, NaN equals NaN', () => {
    expect(firstDifference({ a: NaN, b: 2 }, { b: 2, a: NaN })).toBeNull()
  })
})
