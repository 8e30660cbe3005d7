import { spreadOrder } from '../../plan/placement.ts'
import type { Place } from '../../plan/types.ts'
import { accessOf, registersOf } from './access.ts'
import type { Params } from './config.ts'
import type { Problem, ReadLevel, SessionGuarantee, Topology } from '../../topology/types.ts'

const REPLICATION = '$.replication.params'

/** Levels that reads cannot have, why, and what comes nearest. */
const REFUSED_READS: Partial<Record<ReadLevel, string>> = {
  sequential:
    'Replicas without a leader agree on no single order of all writes. Use "read-your-writes" or "monotonic-reads", ' +
    'or a consensus strategy.',
  'bounded-staleness':
    'Nothing bounds how long a replica stays behind here; the report measures how long it does. Use "eventual", and ' +
    'state the bound under "expect".',
  causal:
    'Tokens cover one key at a time, so causality across keys is not kept. Use "read-your-writes" or "monotonic-reads".',
  'consistent-prefix':
    'Replicas receive the writes of different keys in any order. Use "read-your-writes" or "monotonic-reads".',
}

const REFUSED_SESSIONS: Partial<Record<SessionGuarantee, string>> = {
  'monotonic-writes':
    'Writes to different keys reach a replica in any order; only writes to the same key stay in order, and they do so ' +
    'without being asked to. Remove it, or use a strategy with a log.',
  'writes-follow-reads':
    'A write does not wait for what its session has read from other keys. Remove it, or use a strategy with a log.',
}

/** What spans fields: numbers of replicas, scopes against regions, levels that are not offered. */
export function check(topology: Topology): Problem[] {
  const problems: Problem[] = []
  const add = (path: string, sentence: string) => problems.push({ path, sentence })
  checkCounts(topology, add)
  checkLevels(topology, add)
  checkRegisters(topology, add)
  checkTransactions(topology, add)
  checkChanges(topology, add)
  return problems
}

type Add = (path: string, sentence: string) => void

function checkCounts(topology: Topology, add: Add): void {
  const { n, r, w } = topology.replication.params as { n: number; r: number; w: number }
  const replicas = topology.replicas.length
  if (n > replicas) {
    add(
      `${REPLICATION}.n`,
      `n is ${n}, but the topology has ${counted(replicas, 'replica')}. Lower n to ${replicas}, or add replicas.`,
    )
  }
  const { scheme, replicationFactor = n } = topology.partitioning
  if (scheme !== 'none' && replicationFactor !== n) {
    add(
      '$.partitioning.replicationFactor',
      `Each shard would have ${counted(replicationFactor, 'replica')}, and n says that ${n} hold each key. Leave replicationFactor out, or set it to ${n}.`,
    )
  }
  let isSound = n <= replicas
  for (const [name, value] of [
    ['r', r],
    ['w', w],
  ] as const) {
    if (value <= n) continue
    isSound = false
    add(
      `${REPLICATION}.${name}`,
      `${name} is ${value}, but only n = ${n} replicas hold a key. Lower ${name} to ${n}, or raise n.`,
    )
  }
  if (isSound) checkScopes(topology, n, r, w, add)
}

/** Members per region, by the placement that the plan will use. */
function membersByRegion(topology: Topology, n: number): Map<string, number> {
  const places = topology.replicas.map(({ id, region, zone }, index): Place => {
    return { id: index, name: id, kind: 'replica', region, zone }
  })
  const members = new Map<string, number>()
  for (const place of spreadOrder(places).slice(0, n)) {
    const { region } = places[place]
    members.set(region, (members.get(region) ?? 0) + 1)
  }
  return members
}

function checkScopes(topology: Topology, n: number, r: number, w: number, add: Add): void {
  const { readScope, writeScope, coordinator } = topology.replication.params
  const members = membersByRegion(topology, n)
  const homes = coordinator === 'client' ? topology.clients.map(({ region }) => region) : [...members.keys()]
  const require = (name: 'r' | 'w', needed: number, regions: Iterable<string>) => {
    for (const region of new Set(regions)) {
      const count = members.get(region) ?? 0
      if (count >= needed) continue
      const scope = name === 'r' ? 'readScope' : 'writeScope'
      const sentence = `${name} is ${needed}, but the region "${region}" holds ${counted(count, 'copy', 'copies')} of a key.`
      const mend = count === 0 ? `Set ${scope} to "any", or raise n` : `Lower ${name} to ${count}, or raise n`
      add(`${REPLICATION}.${name}`, `${sentence} ${mend} so that the region gets ${needed}.`)
    }
  }
  if (readScope === 'local') require('r', r, homes)
  if (writeScope === 'local') require('w', w, homes)
  if (writeScope === 'each') require('w', w, members.keys())
}

function checkLevels(topology: Topology, add: Add): void {
  const refused = REFUSED_READS[topology.consistency.read]
  if (refused !== undefined) add('$.consistency.read', refused)
  topology.consistency.session.forEach((guarantee, index) => {
    const sentence = REFUSED_SESSIONS[guarantee]
    if (sentence !== undefined) add(`$.consistency.session[${index}]`, sentence)
  })
}

/** What ABD and Paxos need, and what they cannot be combined with. */
function checkRegisters({ replication, consistency }: Topology, add: Add): void {
  const params = replication.params as unknown as Params
  const registers = registersOf(params, consistency.read)
  if (registers === 'timestamps') {
    if (consistency.read === 'linearizable') {
      add(
        `${REPLICATION}.registers`,
        'Quorums with timestamps are not linearizable, even with r + w > n: while a write is under way one read can ' +
          'see it and a later one miss it, and clocks may order writes otherwise than they happened. Set registers to ' +
          '"auto", or ask for "monotonic-reads", the nearest level that timestamps have.',
      )
    }
    return
  }
  const title = registers === 'abd' ? 'ABD' : 'Paxos'
  if (consistency.onPartition === 'availability') {
    add(
      '$.consistency.onPartition',
      `${title} answers nothing without its quorums, and "availability" asks for an answer. Set onPartition to ` +
        '"consistency", or ask for "monotonic-reads" with registers "auto".',
    )
  }
  if (params.conflicts === 'siblings') {
    add(
      `${REPLICATION}.conflicts`,
      `A register of ${title} has one value at a time, and siblings are several. Set conflicts to "last-writer-wins".`,
    )
  }
  if (params.sloppyQuorum) {
    add(
      `${REPLICATION}.sloppyQuorum`,
      'Quorums that stand-ins make up need not meet those of the members. Turn sloppyQuorum off, or ask for ' +
        '"read-your-writes".',
    )
  }
  if (registers === 'abd') checkQuorums(params, add)
}

function checkQuorums({ n, r, w, readScope, writeScope }: Params, add: Add): void {
  for (const [name, scope] of [
    ['readScope', readScope],
    ['writeScope', writeScope],
  ] as const) {
    if (scope === 'any') continue
    add(
      `${REPLICATION}.${name}`,
      `Quorums of one region need not meet those of others. Set ${name} to "any".`,
    )
  }
  if (r <= n && w <= n && r + w <= n) {
    add(
      `${REPLICATION}.r`,
      `With r = ${r} and w = ${w} of n = ${n} a read quorum can miss a write quorum, and ABD needs r + w > n. ` +
        `Raise r to ${n - w + 1}.`,
    )
  }
}

function checkTransactions({ replication, consistency, workload }: Topology, add: Add): void {
  const params = replication.params as unknown as Params
  const access = accessOf(params, consistency.read)
  if (params.lightweightTransactions && access.reads === 'abd') {
    add(
      `${REPLICATION}.lightweightTransactions`,
      'A write by ABD may come between what a transaction finds and what it commits. Set registers to "paxos", which ' +
        'makes every operation a transaction, or turn lightweightTransactions off.',
    )
  }
  if (access.swaps && !access.isAtomic && params.conflicts === 'siblings') {
    add(
      `${REPLICATION}.conflicts`,
      'Compare-and-set compares with one value, and siblings are several. Set conflicts to "last-writer-wins".',
    )
  }
  if (workload.kind === 'mix' && workload.mix.compareAndSet > 0 && !access.swaps) {
    add(
      '$.workload.mix.compareAndSet',
      'Compare-and-set needs the replicas of a key to agree. Turn lightweightTransactions on, or set compareAndSet to 0.',
    )
  }
}

/** Members may change under quorums and ABD. */
function checkChanges({ changes = [], replication, consistency }: Topology, add: Add): void {
  const params = replication.params as unknown as Params
  if (changes.length === 0 || !accessOf(params, consistency.read).swaps) return
  add(
    '$.changes',
    'A majority of former members may have promised something to a Paxos that a majority of new ones does not know of, and ' +
      'what Cassandra does about that (repairing every Paxos before a node joins) is not modelled. Take the changes out, turn ' +
      'lightweightTransactions off, or set registers to "abd".',
  )
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
