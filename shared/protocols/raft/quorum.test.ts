import { expect, test } from 'vitest'
import { Rng } from '../../base/rng.ts'
import { lastWithTermUpTo, termAt } from './log.ts'
import type { Log } from './log.ts'
import { isQuorum, membersOf, quorumValue } from './quorum.ts'

/** Small cases against the definitions, read aloud. */

const rng = Rng.stream(1, 'raft quorum')
const places = [0, 1, 2, 3, 4, 5, 6]
const some = (most: number) => places.filter(() => rng.below(2) === 0).slice(0, most)

test('the quorum value is the greatest that more than half of each set has reached', () => {
  for (let round = 0; round < 2_000; round++) {
    const voters = [...new Set([rng.below(7), ...some(6)])]
    const outgoing = rng.below(2) === 0 ? [] : [...new Set([rng.below(7), ...some(6)])]
    const values = places.map(() => rng.below(6))
    const isReached = (set: readonly number[], value: number) =>
      set.length === 0 || set.filter((place) => values[place] >= value).length * 2 > set.length
    const naive = Math.max(
      ...[0, 1, 2, 3, 4, 5].filter((v) => isReached(voters, v) && isReached(outgoing, v)),
    )
    expect(quorumValue({ voters, outgoing, learners: [] }, (place) => values[place])).toBe(naive)
  }
})

test('a joint configuration needs both majorities, whoever stands in both', () => {
  const joint = { voters: [0, 1, 2], outgoing: [2, 3, 4], learners: [5] }
  const by = (...agreeing: number[]) => isQuorum(joint, (place) => agreeing.includes(place))
  expect(by(0, 1)).toBe(false)
  expect(by(0, 1, 2)).toBe(false)
  expect(by(0, 2, 3)).toBe(true)
  expect(by(0, 1, 3, 4)).toBe(true)
  expect(by(0, 1, 5)).toBe(false)
  expect(membersOf(joint)).toEqual([0, 1, 2, 3, 4, 5])
})

test('the search for a term finds what a walk along the log finds', () => {
  for (let round = 0; round < 2_000; round++) {
    let term = rng.between(1, 3)
    const offset = rng.below(4)
    const log: Log = { offset, offsetTerm: offset === 0 ? 0 : term, entries: [] }
    for (let left = rng.below(12); left > 0; left--) {
      term += rng.below(3) === 0 ? rng.below(3) : 0
      log.entries.push({ term, op: null, process: 0, sequence: 0, configuration: null, stamp: null })
    }
    const index = offset + rng.below(15)
    const wanted = rng.below(10)
    let walked = Math.min(index, offset + log.entries.length)
    while (walked > offset && termAt(log, walked) > wanted) walked--
    expect(lastWithTermUpTo(log, index, wanted)).toBe(walked)
  }
})
