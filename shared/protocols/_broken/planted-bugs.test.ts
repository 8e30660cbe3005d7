import { describe, expect, test } from 'vitest'
import { hunt, trial } from '../../testing/hunt.ts'
import { randomHabitat } from '../../testing/habitat.ts'
import { isJudge, JUDGE_OF_ALL } from '../../testing/judges.ts'
import { ASSERTION } from '../../testing/hunt.ts'
import { PROTOCOLS } from '../registry.generated.ts'
import { registry } from '../registry.ts'
import { UNKNOWN_WRITES_APPEAR } from './controls.ts'
import { PLANTED_BUGS } from './index.ts'

describe('the list', () => {
  test('has at least forty bugs, each with an id of its own that names its strategy', () => {
    const ids = PLANTED_BUGS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThanOrEqual(40)
    for (const { id, protocol } of PLANTED_BUGS) {
      expect(id).toMatch(/^[a-z-]+\/[a-z-]+$/)
      expect(id.split('/')[0]).toBe(protocol.manifest.id)
    }
  })

  test.each(PLANTED_BUGS)('$id says what it does, where that is described, and who may find it', (bug) => {
    expect(bug.sentence).toMatch(/^[A-Z].*[.)]$/)
    expect(bug.source.length).toBeGreaterThan(10)
    expect(bug.caughtBy.length).toBeGreaterThan(0)
    const invariants = bug.protocol.invariants.map(({ name }) => name)
    for (const name of bug.habitat.judges) expect(isJudge(name), name).toBe(true)
    for (const name of bug.caughtBy) {
      expect([...invariants, ASSERTION].includes(name) || isJudge(name), name).toBe(true)
    }
    const isWatched = (name: string) => invariants.includes(name) || bug.habitat.judges.includes(name)
    expect(bug.caughtBy.some((name) => isWatched(name) || name === JUDGE_OF_ALL)).toBe(true)
  })

  test('none of it ships', () => {
    expect(PROTOCOLS).toHaveLength(registry.size)
    for (const { protocol } of PLANTED_BUGS) expect(PROTOCOLS).not.toContain(protocol)
  })
})

/** Quick ones of each strategy, with the seeds among which they give themselves away. */
const QUICK: readonly (readonly [string, number])[] = [
  ['raft/stale-vote', 8],
  ['raft/any-log-wins', 8],
  ['raft/retry-applied-twice', 8],
  ['raft/commit-wait-skipped', 8],
  ['raft/uncertainty-ignored', 4],
  ['raft/closed-timestamp-not-respected', 4],
  ['raft/split-keeps-keys', 6],
  ['leaderless/tombstone-collected-early', 6],
  ['leaderless/answers-before-repair', 12],
  ['leaderless/newcomer-read-before-it-has-copied', 8],
  ['leaderless/abd-without-write-back', 6],
  ['leaderless/paxos-leaves-proposals-unfinished', 6],
  ['multi-leader/counter-delta-applied-twice', 4],
  ['multi-leader/tie-by-arrival', 4],
  ['multi-leader/last-writer-wins-by-skewed-clocks', 4],
  ['single-leader/asynchronous-failover', 6],
  ['single-leader/two-primaries', 6],
  ['zab/acknowledges-before-logging', 4],
  ['zab/uncommitted-tail-kept', 4],
  ['chain/no-fencing', 8],
  ['chain/reads-dirty-version', 4],
  ['ttl-cache/purge-lost-on-race', 6],
  ['ttl-cache/age-not-handed-down', 6],
]

describe('is found', () => {
  test.each(QUICK)('%s, among %i seeds', (id, seeds) => {
    const bug = PLANTED_BUGS.find((one) => one.id === id)
    if (bug === undefined) throw new Error(`no bug is called ${id}`)
    const found = hunt(bug, 1, seeds)
    expect(found, 'it was not found').not.toBeNull()
    for (const { by } of found?.complaints ?? []) expect(bug.caughtBy).toContain(by)
  })
})

describe('is not found', () => {
  test.each(['raft/stale-vote', 'leaderless/tombstone-collected-early', 'multi-leader/tie-by-arrival'])(
    'the shipped protocol where %s lives',
    (id) => {
      const { habitat, protocol } = PLANTED_BUGS.find((one) => one.id === id)!
      const shipped = registry.get(protocol.manifest.id)!
      for (let seed = 1; seed <= 3; seed++) {
        const file = randomHabitat(shipped.manifest, habitat, seed)
        expect(trial(shipped, file, habitat.judges)).toMatchObject({ refused: null, complaints: [] })
      }
    },
  )

  test('a write of unknown outcome that is seen later', () => {
    const { protocol, habitat } = UNKNOWN_WRITES_APPEAR
    let lateReads = 0
    for (let seed = 1; seed <= 3; seed++) {
      const result = trial(protocol, randomHabitat(protocol.manifest, habitat, seed), habitat.judges)
      expect(result.complaints).toEqual([])
      lateReads += result.lateReads
    }
    expect(lateReads).toBeGreaterThan(0)
  })
})
