import { quoted, type ProblemList, type Step } from '../problems.ts'
import type { StrategyManifest } from '../strategy.ts'
import { mendFor } from '../suggest.ts'
import { checkPlaceName } from './links.ts'
import { items, member, numberOf, textOf } from './loose.ts'
import { checkDistinct, type Names } from './places.ts'

const ROLE_WORDS: readonly string[] = ['leader', 'follower']

/** Names in faults, sides of partitions, and restarts of what never crashed. */
export function checkFaults(
  file: unknown,
  names: Names,
  strategy: StrategyManifest | undefined,
  problems: ProblemList,
): void {
  const faults = items(member(file, 'faults'))
  const places = new Set(names.places)
  const firstCrash = firstCrashes(faults)
  faults.forEach((fault, index) => {
    const at = ['faults', index]
    const kind = textOf(fault, 'kind')
    checkReplicaName(textOf(fault, 'replica'), [...at, 'replica'], names, strategy, problems)
    for (const end of ['from', 'to']) checkPlaceName(textOf(fault, end), [...at, end], places, problems)
    if (kind === 'cut' || kind === 'slow' || kind === 'loss') checkEnds(fault, at, names, problems)
    if (kind === 'partition') checkGroups(items(member(fault, 'groups')), [...at, 'groups'], names, problems)
    if (kind === 'power-loss')
      checkPowerLoss(items(member(fault, 'replicas')), [...at, 'replicas'], names, problems)
    if (kind === 'restart') checkRestart(fault, at, firstCrash, problems)
  })
}

function checkReplicaName(
  name: string | null,
  at: readonly Step[],
  names: Names,
  strategy: StrategyManifest | undefined,
  problems: ProblemList,
): void {
  if (name === null || name === '' || names.replicas.has(name)) return
  if (!ROLE_WORDS.includes(name)) {
    problems.add(
      at,
      () => `There is no replica ${quoted(name)}.${mendFor(name, [...names.replicas.keys()], 'replica')}`,
    )
  } else if (strategy !== undefined && !strategy.roles.includes('leader')) {
    problems.add(at, `The strategy "${strategy.id}" has no leader, so none can be a ${name}. Name a replica.`)
  }
}

function checkEnds(fault: unknown, at: readonly Step[], names: Names, problems: ProblemList): void {
  const from = textOf(fault, 'from')
  if (from === null || from !== textOf(fault, 'to') || names.regions.has(from)) return
  problems.add([...at, 'to'], `"from" and "to" are both ${quoted(from)}. Name two places.`)
}

/** No place may stand on two sides, be it by its own name or by its region's. */
function checkGroups(
  groups: readonly unknown[],
  at: readonly Step[],
  names: Names,
  problems: ProblemList,
): void {
  const places = new Set(names.places)
  const sideOf = new Map<string, number>()
  const homes = [...names.replicas, ...names.clients]
  groups.forEach((group, side) => {
    checkDistinct(items(group), [...at, side], 'place', problems)
    items(group).forEach((name, index) => {
      if (typeof name !== 'string') return
      const here = [...at, side, index]
      checkPlaceName(name, here, places, problems)
      const members = names.regions.has(name)
        ? [name, ...homes.filter(([, region]) => region === name).map(([id]) => id)]
        : [name]
      for (const place of members) {
        const other = sideOf.get(place)
        if (other !== undefined && other !== side) {
          const via = place === name ? '' : ` (by its region ${quoted(name)})`
          problems.add(
            here,
            () => `${quoted(place)}${via} stands in group ${other} already. A place has one side.`,
          )
          return
        }
        sideOf.set(place, side)
      }
    })
  })
  const everything = names.replicas.size + names.clients.size
  const named = homes.filter(([id]) => sideOf.has(id)).length
  if (groups.length === 1 && everything > 0 && named === everything) {
    problems.add(
      at,
      'The only group holds every replica and client, so there is no other side. Leave some out.',
    )
  }
}

function checkPowerLoss(
  list: readonly unknown[],
  at: readonly Step[],
  names: Names,
  problems: ProblemList,
): void {
  checkDistinct(list, at, 'replica', problems)
  list.forEach((name, index) => {
    if (typeof name !== 'string' || name === '' || names.replicas.has(name)) return
    problems.add([...at, index], () => {
      if (ROLE_WORDS.includes(name)) return `A power loss strikes named replicas, not ${quoted(name)}.`
      return `There is no replica ${quoted(name)}.${mendFor(name, [...names.replicas.keys()], 'replica')}`
    })
  })
}

/** Replica (or role word) → the instant of its first crash. */
function firstCrashes(faults: readonly unknown[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>()
  for (const fault of faults) {
    const kind = textOf(fault, 'kind')
    const at = numberOf(fault, 'atMs') ?? 0
    const struck =
      kind === 'crash'
        ? [textOf(fault, 'replica')]
        : kind === 'power-loss'
          ? items(member(fault, 'replicas'))
          : []
    for (const name of struck) {
      if (typeof name === 'string') first.set(name, Math.min(at, first.get(name) ?? Infinity))
    }
  }
  return first
}

function checkRestart(
  fault: unknown,
  at: readonly Step[],
  firstCrash: ReadonlyMap<string, number>,
  problems: ProblemList,
): void {
  const replica = textOf(fault, 'replica')
  if (typeof member(fault, 'forMs') === 'number') {
    problems.add([...at, 'forMs'], 'A restart is an instant. Leave "forMs" out.')
  }
  if (replica === null) return
  if (ROLE_WORDS.includes(replica)) {
    const mend = 'Give the crash a "forMs" instead: the replica that crashed restarts after it.'
    problems.add([...at, 'replica'], `A replica that is down is neither leader nor follower. ${mend}`)
    return
  }
  // A crash of "leader" or "follower" may be any replica's.
  const crashes = [replica, ...ROLE_WORDS].map((name) => firstCrash.get(name) ?? Infinity)
  const atMs = numberOf(fault, 'atMs')
  if (atMs !== null && Math.min(...crashes) >= atMs) {
    problems.add(
      at,
      `${quoted(replica)} does not crash before ${atMs} ms, so it cannot restart. Add a crash before.`,
    )
  }
}
