import { describe, expect, test } from 'vitest'
import type { ModelName, Operations, ReplicaStates } from '../contract.ts'
import { operationsFrom } from '../operations/index.ts'
import type { PlainOperation } from '../operations/index.ts'
import { CONVERGENCE_CROSS_CHECKS } from './cross-check.ts'
import { acknowledgedWrites, convergence, setFull, totalOrder } from './index.ts'

const S = 1e9
let process = 0
const op = (
  f: PlainOperation['f'],
  atS: number,
  endS: number,
  more: Partial<PlainOperation> = {},
): PlainOperation => ({
  process: process++,
  f,
  key: 'x',
  at: atS * S,
  end: endS * S,
  ...more,
})
const of = (model: ModelName, ...plain: PlainOperation[]): Operations => operationsFrom({ model }, plain)

describe('set-full, as in Jepsen', () => {
  const add = (value: number, at: number, end: number, ending: 'ok' | 'info' | 'fail' = 'ok') =>
    op('add', at, end, { value, ending })
  const read = (result: number[], at: number, end: number) => op('read', at, end, { result })
  const check = (...plain: PlainOperation[]) => setFull.check(of('set', ...plain), 1e6)

  test('never read', () => {
    expect(check(add(0, 0, 1))).toMatchObject({ status: 'undecided', figures: { attempts: 1, neverRead: 1 } })
  })

  test('never confirmed, never seen', () => {
    expect(check(add(0, 0, 1, 'info'), read([], 2, 3))).toMatchObject({ figures: { neverRead: 1, lost: 0 } })
  })

  test('seen by a read that ran beside the add', () => {
    expect(check(add(0, 0, 3), read([0], 1, 2))).toMatchObject({ status: 'holds', figures: { stable: 1 } })
  })

  test('seen after an add of unknown outcome', () => {
    expect(check(add(0, 0, 1, 'info'), read([0], 2, 3))).toMatchObject({
      status: 'holds',
      figures: { stable: 1 },
    })
  })

  test('acknowledged and not there: lost', () => {
    expect(check(add(0, 0, 1), read([], 2, 3))).toMatchObject({
      status: 'violated',
      figures: { lost: 1 },
      evidence: { anomaly: 'lost element', operations: [0, 1] },
    })
  })

  test('seen once, then gone: lost, though the add was never acknowledged', () => {
    expect(check(add(0, 0, 1, 'info'), read([0], 2, 3), read([], 4, 5))).toMatchObject({
      figures: { lost: 1 },
    })
  })

  test('absent from a read beside the add: no statement', () => {
    expect(check(add(0, 0, 3), read([], 1, 2))).toMatchObject({
      status: 'undecided',
      figures: { neverRead: 1 },
    })
  })

  test('missed for a while, then there: stale', () => {
    expect(check(add(0, 0, 1), read([], 4, 5), read([0], 6, 7))).toMatchObject({
      status: 'holds',
      figures: { stable: 1, stale: 1, staleMaxMs: 3000 },
    })
  })

  test('nobody added it, or only in vain', () => {
    expect(check(read([7], 0, 1))).toMatchObject({ status: 'violated', figures: { unexpected: 1 } })
    expect(check(add(7, 0, 1, 'fail'), read([7], 2, 3))).toMatchObject({ figures: { unexpected: 1 } })
  })

  test('what was removed is not missed', () => {
    const removal = op('remove', 2, 3, { value: 0 })
    expect(check(add(0, 0, 1), removal, read([], 4, 5))).toMatchObject({ figures: { lost: 0 } })
  })

  test('twice in a list that got it once', () => {
    const append = op('append', 0, 1, { value: 5 })
    const twice = op('read', 2, 3, { result: [5, 5] })
    expect(setFull.check(of('append-list', append, twice), 1e6)).toMatchObject({
      status: 'violated',
      evidence: { anomaly: 'duplicated element' },
    })
  })

  test('counts agree with a plain account of every element on its own', () => {
    let seed = 12345
    const random = (n: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
      return (seed >>> 8) % n
    }
    for (let round = 0; round < 300; round++) {
      const adds = Array.from({ length: 4 }, (_, value) =>
        add(value, random(10), 10 + random(5), random(3) === 0 ? 'info' : 'ok'),
      )
      const reads = Array.from({ length: 4 }, () => {
        const at = random(25)
        return read(
          [0, 1, 2, 3].filter(() => random(2) === 0),
          at,
          at + random(5),
        )
      })
      const ops = of('set', ...adds, ...reads)
      const rows = [...ops.f.keys()].filter((row) => ops.f[row] === 0)
      const tally = { stable: 0, lost: 0, neverRead: 0 }
      for (let value = 0; value < 4; value++) {
        const row = [...ops.f.keys()].find(
          (one) => ops.f[one] !== 0 && ops.rawValue(ops.value[one]) === value,
        ) as number
        const shows = rows.filter((one) => ops.lists[ops.result[one]].includes(ops.value[row]))
        const hides = rows.filter((one) => !shows.includes(one))
        const known = Math.min(ops.endedAt[row], ...shows.map((one) => ops.endedAt[one]))
        const [present, absent] = [Math.max(-1, ...shows), Math.max(-1, ...hides)]
        if (present > absent) tally.stable++
        else if (absent !== -1 && ops.invokedAt[absent] > known) tally.lost++
        else tally.neverRead++
      }
      expect(setFull.check(ops, 1e6).figures).toMatchObject(tally)
    }
  })
})

describe('total order', () => {
  const reads = (...lists: number[][]) =>
    of('append-list', ...lists.map((result, i) => op('read', i, i, { result })))
  test.each([
    ['prefixes', 'holds', [[1], [1, 2], [1, 2, 3]]],
    [
      'gaps',
      'holds',
      [
        [1, 3],
        [2, 3],
        [1, 2],
      ],
    ],
    [
      'a pair turned round',
      'violated',
      [
        [1, 2],
        [2, 1],
      ],
    ],
    [
      'a pair turned round, far apart',
      'violated',
      [
        [1, 5, 6, 2],
        [2, 7, 8, 1],
      ],
    ],
    [
      'a cycle of three',
      'violated',
      [
        [1, 2],
        [2, 3],
        [3, 1],
      ],
    ],
  ])('%s: %s', (_, expected, lists) => {
    expect(totalOrder.check(reads(...lists), 1e6).status).toBe(expected)
  })

  test('an element that was appended twice may stand anywhere', () => {
    const append = (value: number) => op('append', 0, 0, { value })
    const lists = [
      [1, 2],
      [2, 1],
    ].map((result, i) => op('read', i, i, { result }))
    expect(totalOrder.check(of('append-list', append(1), append(1), ...lists), 1e6).status).toBe('holds')
    expect(totalOrder.check(of('append-list', append(1), append(2), ...lists), 1e6).status).toBe('violated')
  })

  test('the evidence is the reads that do not fit together', () => {
    const verdict = totalOrder.check(reads([1, 2], [9], [2, 3], [3, 1], [2, 9]), 1e6)
    expect(verdict).toMatchObject({ status: 'violated', evidence: { operations: [0, 2, 3] } })
  })
})

describe('acknowledged writes', () => {
  const write = (value: number, at: number, end: number) => op('write', at, end, { value })
  const read = (result: number | null, at: number) => op('read', at, at + 1, { result })
  const check = (...plain: PlainOperation[]) => acknowledgedWrites.check(of('register', ...plain), 1e6)

  test('the later write is there', () => {
    expect(check(write(1, 0, 1), write(2, 2, 3), read(2, 20))).toMatchObject({
      status: 'holds',
      figures: { lostWrites: 0 },
    })
  })

  test('an older write came back: the later one is lost', () => {
    expect(check(write(1, 0, 1), write(2, 2, 3), read(1, 20))).toMatchObject({
      status: 'violated',
      figures: { lostWrites: 1 },
      evidence: { operations: [0, 1, 2] },
    })
  })

  test('nothing is there: all is lost', () => {
    expect(check(write(1, 0, 1), write(2, 2, 3), read(null, 20))).toMatchObject({
      figures: { lostWrites: 2 },
    })
  })

  test('of concurrent writes either may stay', () => {
    expect(check(write(1, 0, 5), write(2, 2, 3), read(2, 20)).status).toBe('holds')
    expect(check(write(1, 0, 5), write(2, 2, 3), read(1, 20)).status).toBe('holds')
  })

  test('a stale read before all is quiet is another matter', () => {
    expect(check(write(1, 0, 1), write(2, 2, 3), read(1, 4)).status).toBe('undecided')
  })
})

describe('convergence', () => {
  const states = (digests: number[][], endedAtS = 30): ReplicaStates => {
    const samples = digests.flatMap((row, i) =>
      row.map((digest, replica) => ({ at: (i + 1) * S, replica, digest })),
    )
    return {
      count: samples.length,
      at: Float64Array.from(samples, (sample) => sample.at),
      replica: Uint16Array.from(samples, (sample) => sample.replica),
      shard: new Uint32Array(samples.length),
      up: new Uint8Array(samples.length).fill(1),
      digest: Float64Array.from(samples, (sample) => sample.digest),
      names: ['r1', 'r2', 'r3'],
      endedAt: endedAtS * S,
    }
  }
  const write = op('write', 0, 0.5, { value: 1 })
  const check = (replicas: ReplicaStates | null, ...plain: PlainOperation[]) =>
    checkHealed(0, replicas, ...plain)
  const checkHealed = (healedAt: number, replicas: ReplicaStates | null, ...plain: PlainOperation[]) =>
    convergence.check({ ...of('register', write, ...plain), replicas, healedAt }, 1e6)

  test('equal at the end, and since when', () => {
    expect(
      check(
        states([
          [1, 2, 1],
          [1, 1, 1],
          [1, 1, 1],
        ]),
      ),
    ).toMatchObject({
      status: 'holds',
      figures: { convergedAfterMs: 1500 },
    })
  })

  test('still apart after a long quiet', () => {
    expect(
      check(
        states([
          [1, 1, 1],
          [1, 2, 1],
        ]),
      ),
    ).toMatchObject({
      status: 'violated',
      evidence: {
        sentence: 'r1 and r2 hold different states of shard 0 29500 ms after the last write or fault',
      },
    })
  })

  test('apart, but not quiet for long: undecided', () => {
    expect(checkHealed(28 * S, states([[1, 2, 1]])).status).toBe('undecided')
    expect(checkHealed(Infinity, states([[1, 2, 1]])).status).toBe('undecided')
  })

  test('a replica that is down does not count', () => {
    const apart = states([[1, 2, 1]])
    apart.up[1] = 0
    expect(check(apart).status).toBe('holds')
  })

  describe('each key has a quiet of its own', () => {
    const read = (result: number | null, at: number) => op('read', at, at + 1, { result })
    const elsewhere = [11, 13, 15, 17].map((at) => op('write', at, at + 1, { key: 'y', value: at }))

    test('what is written elsewhere does not disturb it', () => {
      expect(check(null, ...elsewhere, read(1, 12), read(null, 14)).status).toBe('violated')
      const lost = [write, op('write', 1, 2, { value: 2 }), ...elsewhere, read(1, 14)]
      expect(acknowledgedWrites.check(of('register', ...lost), 1e6)).toMatchObject({
        status: 'violated',
        figures: { judgedKeys: 1, lostWrites: 1 },
      })
    })

    test('a write of the key does, from when it ended; so does one of unknown outcome, from when it began', () => {
      const slow = op('write', 1, 6, { value: 2 })
      expect(check(null, slow, read(1, 15), read(null, 15.5)).status).toBe('undecided')
      expect(check(null, slow, read(1, 16.5), read(null, 16.6)).status).toBe('violated')
      const unknown = op('write', 4, 9, { value: 2, ending: 'info' })
      expect(check(null, unknown, read(1, 13.9), read(null, 13.95)).status).toBe('undecided')
      expect(check(null, unknown, read(1, 14.1), read(null, 14.2)).status).toBe('violated')
    })

    test('a failed write and a read do not', () => {
      const failed = op('write', 5, 6, { value: 2, ending: 'fail' })
      expect(check(null, failed, read(1, 10.6), read(1, 12), read(null, 13)).status).toBe('violated')
    })

    test('a fault disturbs every key, until it ends', () => {
      expect(checkHealed(5 * S, null, read(1, 14), read(null, 14.5)).status).toBe('undecided')
      expect(checkHealed(5 * S, null, read(1, 15.5), read(null, 16)).status).toBe('violated')
    })
  })

  test('last reads that differ', () => {
    const read = (result: number | null, at: number) => op('read', at, at + 1, { result })
    expect(check(null, read(1, 11), read(null, 12))).toMatchObject({
      status: 'violated',
      evidence: { operations: [1, 2] },
    })
    expect(check(null, read(1, 11), read(1, 12)).status).toBe('holds')
    expect(check(null, read(null, 2), read(1, 12)).status).toBe('undecided')
  })
})

describe('the definitions, quantifier by quantifier, agree', () => {
  const seedFrom = Math.floor(Math.random() * 2 ** 40)
  test.each([...CONVERGENCE_CROSS_CHECKS])(`%s, seeds from ${seedFrom}`, (_, crossCheck) => {
    const { wrong, holds, violated, undecided } = crossCheck(seedFrom, 2000)
    expect(wrong).toEqual([])
    expect(undecided).toBe(0)
    expect(Math.min(holds, violated)).toBeGreaterThan(12)
  })
})
