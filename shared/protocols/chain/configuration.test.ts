import { describe, expect, test } from 'vitest'
import { NOBODY, nextConfiguration } from './configuration.ts'
import type { Configuration, Sight } from './configuration.ts'

const WELL: Sight = { isGone: false, epoch: 5, isReady: false, isSynced: true, unreachable: NOBODY }

function next(nodes: number[], sights: Record<number, Partial<Sight>>, joining = NOBODY, length = 4) {
  const configuration: Configuration = { epoch: 5, nodes, joining }
  const members = [0, 1, 2, 3]
  return nextConfiguration(configuration, members, length, (place) => ({ ...WELL, ...sights[place] }))
}

const gone = { isGone: true }

describe('who makes up the next chain', () => {
  test.each([
    ['nobody fails: it stays', [0, 1, 2, 3], {}, null],
    ['§3.1 the head fails', [0, 1, 2, 3], { 0: gone }, [1, 2, 3]],
    ['§3.2 the tail fails', [0, 1, 2, 3], { 3: gone }, [0, 1, 2]],
    ['§3.3 one in the middle fails', [0, 1, 2, 3], { 2: gone }, [0, 1, 3]],
    ['several fail at once', [0, 1, 2, 3], { 0: gone, 2: gone }, [1, 3]],
    ['all seem gone: whoever is left keeps the data', [0, 1], { 0: gone, 1: gone, 2: gone, 3: gone }, null],
    ['the last one never leaves', [2], { 2: gone }, null],
    ['a successor that cannot be reached', [0, 1, 2, 3], { 1: { unreachable: 2 } }, [0, 1, 3]],
    ['an accusation of an earlier epoch', [0, 1, 2, 3], { 1: { unreachable: 2, epoch: 4 } }, null],
    ['an accusation of somebody else', [0, 1, 2, 3], { 0: { unreachable: 2 } }, null],
    ['of two that cannot reach each other the first stays', [0, 1], { 0: { unreachable: 1 } }, [0]],
    ['an accuser that is gone itself', [0, 1, 2, 3], { 1: { unreachable: 2, isGone: true } }, [0, 2, 3]],
  ] as const)('%s', (_, nodes, sights, expected) => {
    expect(next([...nodes], sights)?.nodes ?? null).toEqual(expected)
  })
})

describe('§3.4 who enters', () => {
  const ready = { isReady: true }

  test('one that is ready becomes the tail, and counts as joining; one at a time', () => {
    expect(next([0, 2], { 1: ready, 3: ready })).toEqual({ epoch: 6, nodes: [0, 2, 1], joining: 1 })
  })

  test.each([
    ['is not ready', {}],
    ['was ready for an earlier chain', { 3: { isReady: true, epoch: 4 } }],
    ['is gone', { 3: { isReady: true, isGone: true } }],
  ] as const)('not one that %s', (_, sights) => {
    expect(next([0, 1, 2], sights)).toBeNull()
  })

  test('nobody enters a chain of full length', () => {
    expect(next([0, 1, 2], { 3: ready }, NOBODY, 3)).toBeNull()
  })

  test('nobody enters while another has yet to settle, which it does once it has everything', () => {
    expect(next([0, 1, 2], { 2: { isSynced: false }, 3: ready }, 2)).toBeNull()
    expect(next([0, 1, 2], { 2: { epoch: 4 } }, 2)).toBeNull()
    expect(next([0, 1, 2], {}, 2)).toEqual({ epoch: 6, nodes: [0, 1, 2], joining: NOBODY })
  })

  test('a newcomer is never left alone: it may lack what the others had confirmed', () => {
    expect(next([0, 2], { 0: gone }, 2)).toBeNull()
    expect(next([0, 1, 2], { 0: gone, 1: gone }, 2)).toBeNull()
    expect(next([0, 1, 2], { 0: gone }, 2)).toEqual({ epoch: 6, nodes: [1, 2], joining: 2 })
    expect(next([0, 1, 2], { 2: gone }, 2)).toEqual({ epoch: 6, nodes: [0, 1], joining: NOBODY })
  })
})
