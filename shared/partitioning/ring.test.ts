import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8Bytes } from '../base/hash.ts'
import { Rng } from '../base/rng.ts'
import { md5 } from './hashes/md5.ts'
import {
  allocatedRing,
  arcLength,
  arcOf,
  arcsOf,
  boundedArcs,
  ketamaRing,
  randomRing,
  RING,
  walk,
  withoutOwner,
  type Arcs,
  type Ring,
} from './ring.ts'

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `r${index}`)

function shares({ ends, owners }: Arcs, count: number): number[] {
  const owned = new Array<number>(count).fill(0)
  const whole: Ring = { tokens: ends, owners }
  for (const at of ends.keys()) owned[owners[at]] += arcLength(whole, at) / RING
  return owned
}
const sharesOf = (ring: Ring, count: number): number[] => shares(arcsOf(ring), count)

const count = fc.integer({ min: 1, max: 20 })
const points = fc.integer({ min: 1, max: 40 })
const seed = fc.nat()
const rings = [
  ['random', randomRing],
  ['allocated', allocatedRing],
  ['ketama', (ids: readonly string[], each: number) => ketamaRing(ids, each)],
] as const

describe.each(rings)('a ring with %s points', (_name, makeRing) => {
  test('has so many points each, ascending, and its shares sum to one', () => {
    fc.assert(
      fc.property(count, points, seed, (n, each, from) => {
        const ring = makeRing(names(n), each, from)
        expect(ring.tokens).toHaveLength(n * each)
        expect(ring.tokens.every((token, at) => at === 0 || token >= ring.tokens[at - 1])).toBe(true)
        expect(sharesOf(ring, n).reduce((sum, share) => sum + share)).toBeCloseTo(1, 12)
      }),
      { numRuns: 40 },
    )
  })

  test('one that joins takes keys and gives none; one that leaves gives and takes none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), points, seed, (n, each, from) => {
        const all = makeRing(names(n), each, from)
        const fewer = makeRing(names(n - 1), each, from)
        const leaver = from % n
        const left = withoutOwner(all, leaver)
        const rng = Rng.stream(from, 'positions')
        for (let draw = 0; draw < 50; draw++) {
          const position = rng.u32()
          const owner = all.owners[arcOf(all.tokens, position)]
          const before = fewer.owners[arcOf(fewer.tokens, position)]
          if (owner !== before) expect(owner).toBe(n - 1)
          const after = left.owners[arcOf(left.tokens, position)]
          if (owner !== after) expect(owner).toBe(leaver)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('how even shares are', () => {
  // The n·V arcs between random points are Dirichlet distributed, so a share has the relative standard deviation
  // sqrt((n − 1) / (nV + 1)). Lamping & Veach, table 1, measure 0.998, 0.315 and 0.0997 for V = 1, 10 and 100.
  test.each([
    [1, 0.998],
    [10, 0.315],
    [100, 0.0997],
  ])('%i random points each: a standard error of %d', (each, published) => {
    const n = 1000
    const owned = sharesOf(randomRing(names(n), each, 3), n).map((share) => share * n)
    const deviation = Math.sqrt(owned.reduce((sum, share) => sum + (share - 1) ** 2, 0) / n)
    expect(Math.abs(deviation / Math.sqrt((n - 1) / (n * each + 1)) - 1)).toBeLessThan(0.1)
    expect(Math.abs(deviation / published - 1)).toBeLessThan(0.1)
  })

  test('with 128 random points a join moves the ideal part within a fifth: mean over 50 seeds, and its spread', () => {
    const n = 8
    const moved = Array.from(
      { length: 50 },
      (_, from) => sharesOf(randomRing(names(n + 1), 128, from), n + 1)[n] * (n + 1),
    )
    const mean = moved.reduce((sum, share) => sum + share) / moved.length
    const deviation = Math.sqrt(moved.reduce((sum, share) => sum + (share - mean) ** 2, 0) / moved.length)
    expect(Math.abs(mean - 1)).toBeLessThan(0.04)
    // sqrt(n / ((n + 1) V + 1)) = 0.083; so single rings miss the fifth about twice in a hundred.
    expect(deviation).toBeGreaterThan(0.05)
    expect(deviation).toBeLessThan(0.12)
  })

  test('allocated points: every join takes its part within a fifth, from 8 points up, and shares stay even', () => {
    for (const each of [8, 16, 64]) {
      for (let n = 2; n <= 24; n++) {
        const owned = sharesOf(allocatedRing(names(n), each, n), n).map((share) => share * n)
        expect(Math.abs(owned[n - 1] - 1)).toBeLessThan(0.2)
        if (n <= each) expect(Math.max(...owned)).toBeLessThan(1.3)
      }
    }
  })
})

test("ketama's points and lookups are those of the platform's MD5", () => {
  // As Couchbase's SDK RFC 26 has it: the words of MD5("ip:port-repetition"), least significant octet first.
  const hosts = ['192.168.1.101:11210', '192.168.1.102:11210', '192.168.1.103:11210', '192.168.1.104:11210']
  const continuum = hosts
    .flatMap((host) =>
      Array.from({ length: 40 }, (_, repetition) => {
        const digest = createHash('md5').update(`${host}-${repetition}`).digest()
        return [0, 4, 8, 12].map((at) => [digest.readUInt32LE(at), host] as const)
      }).flat(),
    )
    .sort((a, b) => a[0] - b[0])
  const ring = ketamaRing(hosts, 160)
  expect([...ring.tokens]).toEqual(continuum.map(([point]) => point))
  expect(Array.from(ring.owners, (owner) => hosts[owner])).toEqual(continuum.map(([, host]) => host))
  for (const key of ['', 'foo', 'Hello world', 'session:1']) {
    const position = createHash('md5').update(key).digest().readUInt32LE(0)
    const expected = continuum.find(([point]) => point >= position) ?? continuum[0]
    expect(hosts[ring.owners[arcOf(ring.tokens, position)]]).toBe(expected[1])
  }
})

// What other clients of memcached must agree on: spymemcached's KetamaNodeLocatorTest (dustin/java-memcached-client), of
// which testLibKetamaCompat and testLibKetamaCompatTwo are libketama's own answers. 160 points for each server of equal weight.
describe("ketama's published lookups", () => {
  const localhost = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `127.0.0.1:${10000 + index}`)
  const tens = Array.from({ length: 8 }, (_, index) => `10.0.1.${index + 1}:11211`)
  const words = new Uint32Array(4)
  const ownerOf = (ring: Ring, key: string): number => {
    const octets = utf8Bytes(key)
    md5(octets, octets.length, words)
    return ring.owners[arcOf(ring.tokens, words[0])]
  }

  test('four servers: the last point, lookups, and keys beyond that point, which go around', () => {
    const ring = ketamaRing(localhost(4), 160)
    expect(ring.tokens.at(-1)).toBe(4294887009)
    const keys = ['dustin', 'noelani', 'some other key', 'V5XS8C8N', '8KR2DKR2', 'L9KH6X4X']
    expect(keys.map((key) => ownerOf(ring, key))).toEqual([0, 2, 0, 3, 3, 3])
  })

  test('five servers: what the newcomer takes, and libketama', () => {
    const ring = ketamaRing(localhost(5), 160)
    const keys = ['dustin', 'noelani', 'some other key', '36', '10037', '22051', '49044']
    expect(keys.map((key) => ownerOf(ring, key))).toEqual([0, 2, 4, 2, 3, 1, 4])
  })

  test('eight servers: keys 0, 233, 466, …', () => {
    const ring = ketamaRing(tens, 160)
    const servers = '173162165373612384434742232755154255122163251552538227538636682371413355414762'
    expect(Array.from(servers, (_, at) => ownerOf(ring, String(233 * at)) + 1).join('')).toBe(servers)
  })
})

describe('bounded loads', () => {
  test('nobody owns more than 1 + epsilon times an even share', () => {
    fc.assert(
      fc.property(
        count,
        points,
        seed,
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        (n, each, from, epsilon) => {
          const arcs = boundedArcs(randomRing(names(n), each, from), n, epsilon)
          const owned = shares(arcs, n)
          expect(owned.reduce((sum, share) => sum + share)).toBeCloseTo(1, 12)
          expect(Math.max(...owned)).toBeLessThanOrEqual((1 + epsilon) / n + 1 / RING)
          expect(arcs.ends.every((end, at) => at === 0 || end >= arcs.ends[at - 1])).toBe(true)
        },
      ),
      { numRuns: 100 },
    )
  })

  test('with room for all it is the plain ring, and otherwise keys go clockwise past the full alone', () => {
    const ring = randomRing(names(6), 20, 5)
    expect(shares(boundedArcs(ring, 6, 5), 6)).toEqual(
      sharesOf(ring, 6).map((share) => expect.closeTo(share, 12) as number),
    )
    const epsilon = 0.05
    const arcs = boundedArcs(ring, 6, epsilon)
    const owned = shares(arcs, 6)
    const full = owned.map((share) => share > (1 + epsilon) / 6 - 4 / RING)
    for (const [at, owner] of arcs.owners.entries()) {
      const passed = walk(ring, arcs.from[at], 6)
      expect(passed.slice(0, passed.indexOf(owner)).every((other) => full[other])).toBe(true)
    }
  })
})

test('a walk meets every owner once, in the order of the circle', () => {
  const ring: Ring = { tokens: Uint32Array.of(10, 20, 30, 40), owners: Uint16Array.of(2, 0, 2, 1) }
  expect(walk(ring, 2, 9)).toEqual([2, 1, 0])
  expect(walk(ring, 1, 2)).toEqual([0, 2])
  expect([5, 10, 11, 40, 41].map((position) => arcOf(ring.tokens, position))).toEqual([0, 0, 1, 3, 0])
})
