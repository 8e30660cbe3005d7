import { LIMITS } from '../limits.ts'
import { quoted, type ProblemList, type Step } from '../problems.ts'
import { mendFor } from '../suggest.ts'
import { items, member, numberOf, textOf } from './loose.ts'

/** The names that a file defines, for everything that refers to them. */
export interface Names {
  /** Region → its zones. */
  readonly regions: ReadonlyMap<string, readonly string[]>
  /** Replica → its region. */
  readonly replicas: ReadonlyMap<string, string>
  /** Client → its region. */
  readonly clients: ReadonlyMap<string, string>
  /** All of them. */
  readonly places: readonly string[]
}

/** Ids are unique in the whole file: a link or a partition may name a region, a replica or a client alike. */
export function collectNames(file: unknown, problems: ProblemList): Names {
  const definedAt = new Map<string, string>()
  const define = (id: string, section: string, index: number): void => {
    const earlier = definedAt.get(id)
    if (earlier === undefined) definedAt.set(id, `$.${section}[${index}]`)
    else
      problems.add(
        [section, index, 'id'],
        () => `The id ${quoted(id)} is already that of ${earlier}. Use another.`,
      )
  }
  const collect = (section: string): Map<string, unknown> => {
    const found = new Map<string, unknown>()
    items(member(file, section)).forEach((entry, index) => {
      const id = textOf(entry, 'id')
      if (id === null) return
      define(id, section, index)
      if (!found.has(id)) found.set(id, entry)
    })
    return found
  }
  const regions = new Map<string, string[]>()
  for (const [id, region] of collect('regions')) {
    regions.set(
      id,
      items(member(region, 'zones')).filter((zone) => typeof zone === 'string'),
    )
  }
  const homes = (section: string): Map<string, string> =>
    new Map([...collect(section)].map(([id, place]) => [id, textOf(place, 'region') ?? '']))
  const replicas = homes('replicas')
  const clients = homes('clients')
  return { regions, replicas, clients, places: [...definedAt.keys()] }
}

/** Zones, the region and zone of every place, and the sum of the sessions. */
export function checkPlaces(file: unknown, names: Names, problems: ProblemList): void {
  items(member(file, 'regions')).forEach((region, index) => {
    checkDistinct(items(member(region, 'zones')), ['regions', index, 'zones'], 'zone', problems)
  })
  for (const section of ['replicas', 'clients']) {
    items(member(file, section)).forEach((place, index) =>
      checkPlace(place, [section, index], names, problems),
    )
  }
  const sessions = items(member(file, 'clients')).reduce<number>(
    (total, client) => total + (numberOf(client, 'sessions') ?? 0),
    0,
  )
  if (sessions > LIMITS.sessionsTotal && items(member(file, 'clients')).length > 1) {
    problems.add(
      ['clients'],
      `All clients together have ${sessions} sessions, more than ${LIMITS.sessionsTotal}. Take fewer.`,
    )
  }
}

function checkPlace(place: unknown, at: readonly Step[], names: Names, problems: ProblemList): void {
  const region = textOf(place, 'region')
  if (region === null || region === '') return
  const zones = names.regions.get(region)
  if (zones === undefined) {
    problems.add([...at, 'region'], () => {
      const known = [...names.regions.keys()]
      return `There is no region ${quoted(region)}.${mendFor(region, known, 'region')}`
    })
    return
  }
  const zone = textOf(place, 'zone')
  if (zone === null || zones.includes(zone)) return
  problems.add([...at, 'zone'], () => {
    const mend = zones.length === 0 ? ' Add it to the "zones" of the region.' : mendFor(zone, zones, 'zone')
    return `The region ${quoted(region)} has no zone ${quoted(zone)}.${mend}`
  })
}

/** Reports every text of a list that occurs before. */
export function checkDistinct(
  list: readonly unknown[],
  at: readonly Step[],
  what: string,
  problems: ProblemList,
): void {
  const seen = new Set<unknown>()
  list.forEach((entry, index) => {
    if (seen.has(entry) && typeof entry === 'string') {
      problems.add([...at, index], () => `The ${what} ${quoted(entry)} is listed twice. Keep one.`)
    }
    seen.add(entry)
  })
}
