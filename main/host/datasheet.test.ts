import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { strategies } from '../../shared/protocols/registry.ts'
import type { Datasheet } from '../../shared/report/datasheet/index.ts'
import { parseTopology } from '../../shared/topology/parse.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { THREADS } from '../testing/program.ts'
import { runDatasheet, subjectOf } from './datasheet.ts'
import { Lab } from './lab.ts'
import { presets } from './presets.ts'
import { RunError } from './run.ts'

let lab: Lab
beforeEach(() => {
  lab = new Lab(THREADS)
})
afterEach(() => lab.dispose())

function preset(id: string): Topology {
  const parsed = parseTopology(presets.get(id)?.text ?? '', strategies)
  if (!parsed.ok) throw new Error(`the preset ${id} is not valid`)
  return parsed.value
}

const quick = (id: string): Promise<Datasheet> =>
  runDatasheet(lab, preset(id), { seed: 1, isQuick: true, command: '' })

/** What a view of two runs of one battery has in common. */
const lasting = ({ provenance: _, ...rest }: Datasheet): Omit<Datasheet, 'provenance'> => rest

/** A battery takes some seconds of both cores; others may want them, too. */
const TIMEOUT_MS = 300_000

describe('the field’s table, measured', { timeout: TIMEOUT_MS }, () => {
  test('PostgreSQL on one node is CA: nothing to partition, nothing answers after a crash; again, it is the same sheet', async () => {
    const sheet = await quick('postgresql-single')
    expect(sheet.pacelc).toMatchObject({ cap: 'CA', partition: 'C', else: 'C' })
    expect(sheet.partitions).toEqual([])
    const [crash] = sheet.failovers
    // Down for all of the ninety seconds.
    expect(crash.outages).toEqual({ readMs: 90_000, writeMs: 90_000 })
    expect(crash.calmAfterMs).toBeNull()
    expect(lasting(await quick('postgresql-single'))).toEqual(lasting(sheet))
  })

  test('etcd is CP: the minority answers nothing, and a new leader is found within two election timeouts', async () => {
    const sheet = await quick('etcd')
    expect(sheet.pacelc).toMatchObject({ cap: 'CP', partition: 'C', else: 'C' })
    for (const { sides } of sheet.partitions) {
      const [large, small] = sides
      expect(large).toMatchObject({
        share: 'majority',
        settled: { reads: { fraction: 1 }, writes: { fraction: 1 } },
      })
      expect(small).toMatchObject({
        share: 'minority',
        settled: { reads: { fraction: 0 }, writes: { fraction: 0 } },
      })
    }
    // A follower campaigns one to two timeouts of a second after the last it heard of its leader.
    const outageMs = sheet.failovers[0].outages.writeMs
    expect(outageMs).toBeGreaterThan(900)
    expect(outageMs).toBeLessThan(2_200)
    const lost = [...sheet.partitions, ...sheet.failovers].map(({ lost: found }) => found.lost)
    expect(lost).toEqual([0, 0, 0])
    expect(sheet.visibility.freshAtZero).toBe(1)
    // A fourth member gets a copy of all, and gives nothing back.
    const { moves, linearizable, lost: onTheWay } = sheet.rebalancing.measured ?? {}
    expect(moves?.map(({ kind, keys, idealKeys }) => [kind, keys, idealKeys])).toEqual([
      ['join', 1_000, 1_000],
      ['leave', 0, 0],
    ])
    for (const { doneAfterMs, during } of moves ?? []) {
      expect(doneAfterMs).toBeLessThan(1_000)
      expect(during.errors).toEqual([])
    }
    expect([linearizable, onTheWay?.lost]).toEqual(['holds', 0])
  })

  test('Cassandra at ONE is AP: both sides answer, out of order', async () => {
    const sheet = await quick('cassandra-one-dc')
    expect(sheet.pacelc).toMatchObject({ cap: 'AP', partition: 'A', else: 'L' })
    const [{ sides }] = sheet.partitions
    for (const { settled } of sides) {
      expect(settled.reads.fraction).toBeGreaterThan(0.99)
      expect(settled.writes.fraction).toBeGreaterThan(0.99)
      expect(settled.staleFraction).toBeGreaterThan(0.1)
    }
  })
})

describe('the replica that is to join', () => {
  const newcomerOf = (id: string) => subjectOf(preset(id), { seed: 1, isQuick: true }).newcomer

  test.each([
    ['couchdb', /^The members of a shard cannot change while Multi-leader .* runs\.$/],
    ['postgresql-async', /^Those who grant leases .* which this strategy does not do\.$/],
    ['inventory', /^A majority of former members .* is not modelled\.$/],
    ['cassandra-one-dc', /^Whoever joins holds nothing, and stands in for others at most\.$/],
  ])('%s: nobody can, and the check of the file says why', (id, reason) => {
    expect(newcomerOf(id)).toEqual({ reason: expect.stringMatching(reason) as string })
  })

  test('a ring: one like the replica with the most load, which takes a seventh of the copies', () => {
    const newcomer = newcomerOf('cassandra-join')
    expect(newcomer).toMatchObject({ id: 'new-1', like: expect.stringMatching(/^n[1-6]$/) as string })
    const moves = 'moves' in newcomer ? newcomer.moves : []
    // Three copies of 20,000 keys on seven replicas.
    for (const { keys, idealKeys } of moves) {
      expect(idealKeys).toBeCloseTo(60_000 / 7, 6)
      expect(Math.abs(keys / idealKeys - 1)).toBeLessThan(0.2)
    }
    expect(moves.map(({ kind }) => kind)).toEqual(['join', 'leave'])
  })
})

test('stopped, it rejects and leaves no run behind', async () => {
  const stop = new AbortController()
  const sheet = runDatasheet(lab, preset('etcd'), { isQuick: true, command: '', signal: stop.signal })
  setTimeout(() => stop.abort(), 50)
  await expect(sheet).rejects.toBeInstanceOf(RunError)
  expect(lab.runs.size).toBe(0)
})
