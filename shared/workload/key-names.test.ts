import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { areNamesOrdered, keyNameOf } from './key-names.ts'

describe('names of keys', () => {
  test('follow YCSB: hashed, or in order with leading zeros', () => {
    // Of YCSB's own output: usertable rows of insertorder=hashed begin with user6284781860667377211.
    expect(keyNameOf({ kind: 'mix' })(0)).toBe('user6284781860667377211')
    expect(keyNameOf({ kind: 'mix', insertOrder: 'ordered' })(42)).toBe('user0000000042')
    expect(keyNameOf({ kind: 'probe' })(7)).toBe('p7')
  })

  test.each(['ordered', 'alphabetical'] as const)(
    '%s: sort as the keys do, existing and new',
    (insertOrder) => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 3_000_000 }),
          fc.nat({ max: 4_000_000 }),
          fc.integer({ min: 1, max: 50 }),
          (keys, key, step) => {
            const naming = { kind: 'mix', insertOrder, keys } as const
            const name = keyNameOf(naming)
            expect(name(key) < name(key + step)).toBe(true)
            expect(areNamesOrdered(naming)).toBe(true)
          },
        ),
      )
    },
  )

  test('in alphabetical order, each letter begins as many', () => {
    const name = keyNameOf({ kind: 'mix', insertOrder: 'alphabetical', keys: 2600 })
    const counts = new Map<string, number>()
    for (let key = 0; key < 2600; key++) {
      const [initial] = name(key)
      counts.set(initial, (counts.get(initial) ?? 0) + 1)
    }
    expect([...counts.keys()].join('')).toBe('abcdefghijklmnopqrstuvwxyz')
    expect([...counts.values()].every((count) => count === 100)).toBe(true)
    expect(name(2600) > name(2599)).toBe(true)
  })
})
