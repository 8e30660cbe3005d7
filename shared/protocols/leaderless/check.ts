import { spreadOrder } from '../../plan/placement.ts'
import type { Place } from '../../plan/types.ts'
import type { Problem, ReadLevel, SessionGuarantee, Topology } from '../../topology/types.ts'

const REPLICATION = '$.replication.params'

/** Levels that reads cannot have, why, and what comes nearest. */
const REFUSED_READS: Partial<Record<ReadLevel, string>> = {
  linearizable:
    'Quorums with timestamps are not linearizable, even with r + w > n: while a write is under way one read can see ' +
    'it and a later one miss it. Use "read-your-writes" or "monotonic-reads", or a consensus strategy.',
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

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
