import { describe, expect, test } from 'vitest'
import { clientOf, replicaOf, topologyOf } from '../../testing/topologies.ts'
import { cutOf, partitionsOf, sitesOf, vantagesOf, withVantages, type Load } from './sites.ts'
import type { Site, Subject } from './types.ts'

const LOAD: Load = { sessions: 3, loop: { open: { ratePerS: 10 } } }

/** Replicas as "name@region/zone"; `holders` hold the one shard. */
function subjectOf(text: string, holders?: string[]): Subject {
  const replicas = text.split(' ').map((each) => {
    const [id, region, zone = null] = each.split(/[@/]/)
    return replicaOf(id, { region, zone })
  })
  const regions = [...new Set(replicas.map(({ region }) => region))]
  return {
    topology: topologyOf({ regions: regions.map((id) => ({ id, zones: [], at: null })), replicas }),
    shards: [holders ?? replicas.map(({ id }) => id)],
    rebalancing: null,
    newcomer: { reason: 'none' },
  }
}

const ids = (cuts: readonly (readonly Site[])[]) => cuts.map((cut) => cut.map(({ id }) => id))

describe('what fails together', () => {
  test.each([
    ['regions, where there are several', 'a@east/z1 b@east/z2 c@west', ['east', 'west']],
    ['the zones of one region', 'a@east/z1 b@east/z2 c@east/z1', ['z1', 'z2']],
    ['single replicas of one zone', 'a@east/z1 b@east/z1', ['a', 'b']],
    ['single replicas, where some have no zone', 'a@east/z1 b@east', ['a', 'b']],
  ])('%s', (_, replicas, expected) => {
    expect(sitesOf(subjectOf(replicas)).map(({ id }) => id)).toEqual(expected)
  })
})

describe('the minority that is cut off', () => {
  const cut = (subject: Subject, leader: string | null) => ids(partitionsOf(sitesOf(subject), leader))
  const FIVE = 'a@east b@east c@east d@east e@east'

  test('one of three, and then the leader', () => {
    const subject = subjectOf('a@east b@east c@east')
    expect(cut(subject, null)).toEqual([['c']])
    expect(cut(subject, 'a')).toEqual([['c'], ['a']])
    expect(cut(subject, 'c')).toEqual([['b'], ['c']])
  })

  test('two of five, one of four', () => {
    expect(cut(subjectOf(FIVE), 'd')).toEqual([['e', 'c'], ['d']])
    expect(cut(subjectOf('a@east b@east c@east d@east'), null)).toEqual([['d']])
  })

  test('with three copies on five nodes it holds one copy and one node that stands in', () => {
    expect(cut(subjectOf(FIVE, ['a', 'b', 'c']), null)).toEqual([['c', 'e']])
  })

  test('the building with a home node and a stand-in, rather than the one with a home node alone', () => {
    const dynamo = subjectOf('A@x/b1 B@x/b2 C@x/b3 D@x/b1 E@x/b2', ['A', 'B', 'C'])
    expect(cut(dynamo, null)).toEqual([['b2']])
  })

  test('two sites are cut in one way only: the smaller is cut off, be the leader there or not', () => {
    expect(cut(subjectOf('a@east b@west'), null)).toEqual([['west']])
    expect(cut(subjectOf('a@east b@west'), 'a')).toEqual([['east']])
    expect(cut(subjectOf('a@east b@west c@west'), null)).toEqual([['east']])
    expect(cut(subjectOf('a@east b@west c@west'), 'c')).toEqual([['east']])
  })

  test('nothing can be cut where one site holds all copies', () => {
    expect(cut(subjectOf('a@east'), 'a')).toEqual([])
    expect(cut(subjectOf(FIVE, ['b']), null)).toEqual([])
  })
})

describe('clients beside the replicas', () => {
  test('each finds its own replica nearest, and stands on its side', () => {
    const subject = subjectOf('a@east b@east c@east')
    const sites = sitesOf(subject)
    const { clients, replicas, regions } = withVantages(subject.topology, sites, LOAD)
    expect(clients.map(({ id, zone }) => [id, zone])).toEqual([
      ['beside-a', 'a'],
      ['beside-b', 'b'],
      ['beside-c', 'c'],
    ])
    expect(replicas.map(({ zone }) => zone)).toEqual(['a', 'b', 'c'])
    expect(regions[0].zones).toEqual(['a', 'b', 'c'])
    const topology = withVantages(subject.topology, sites, LOAD)
    expect(cutOf(topology, sites, [sites[2]])).toEqual({
      small: ['c', 'beside-c'],
      large: ['a', 'beside-a', 'b', 'beside-b'],
    })
  })

  test('take over links and clock of the client in whose stead they stand; other entries stay', () => {
    const subject = subjectOf('a@east b@west')
    const clock = { offsetMs: 5, driftPpm: 0, uncertaintyMs: 0 }
    const own = [clientOf('near', { region: 'west', clock }), clientOf('far', { region: 'east' })]
    const { links } = subject.topology
    const between = [
      { from: 'near', to: 'b', directed: false, oneWay: 7 },
      { from: 'a', to: 'b', directed: false, oneWay: 9 },
    ]
    const topology = { ...subject.topology, clients: own, links: { ...links, between } }
    const derived = withVantages(topology, sitesOf(subject), LOAD)
    expect(derived.clients.map(({ id, region, clock: { offsetMs } }) => [id, region, offsetMs])).toEqual([
      ['beside-1', 'east', 0],
      ['beside-2', 'west', 5],
    ])
    expect(derived.links.between.map(({ from, to }) => [from, to])).toEqual([
      ['beside-2', 'b'],
      ['a', 'b'],
    ])
  })

  test('of many sites eight, the first and the last among them', () => {
    const hundred = Array.from({ length: 100 }, (_, at) => `r${at}@east`).join(' ')
    const found = vantagesOf(sitesOf(subjectOf(hundred))).map(({ id }) => id)
    expect(found).toEqual(['r0', 'r14', 'r28', 'r42', 'r57', 'r71', 'r85', 'r99'])
  })
})
