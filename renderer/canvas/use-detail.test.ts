import { describe, expect, test } from 'vitest'
import { detailAt, nameAt } from './use-detail.ts'

describe('what a card says of its name from far away', () => {
  test.each([
    // Near enough for details there is a line for the name.
    ['cache-frankfurt-17', 1, 100, 'cache-frankfurt-17'],
    ['cache-frankfurt-17', 0.65, 10, 'cache-frankfurt-17'],
    // 2 letters of 7 px take 9.24 px; a room of 40 at a third is 13.3.
    ['r7', 1 / 3, 40, 'r7'],
    // 18 letters would take 83.2 px, the two of its end find room.
    ['cache-frankfurt-17', 1 / 3, 40, '17'],
    ['rack_b.node.9', 1 / 3, 40, '9'],
    // Not even they.
    ['cache-frankfurt-17', 0.2, 40, ''],
    ['frankfurt', 0.2, 40, ''],
    // What ends in a hyphen has no end to show.
    ['frankfurt-', 1 / 3, 40, ''],
  ])('%s at zoom %d with a room of %i px: "%s"', (id, zoom, width, said) => {
    expect(nameAt(id, zoom, width)).toBe(said)
  })

  test('details go first, the names of regions leave their headers next', () => {
    expect([0.7, 0.6, 0.5].map(detailAt)).toEqual([
      { isFar: false, isApart: false },
      { isFar: true, isApart: false },
      { isFar: true, isApart: true },
    ])
  })
})
