import { rttMatrix, rttNames } from '../rtt.ts'
import { quoted, type ProblemList, type Step } from '../problems.ts'
import type { StrategyManifest } from '../strategy.ts'
import { nearest, mendFor } from '../suggest.ts'
import { items, member, textOf } from './loose.ts'
import type { Names } from './places.ts'

/** Names, duplicates, message kinds, and that the round-trip matrix knows every pair of regions that is used. */
export function checkLinks(
  file: unknown,
  names: Names,
  strategy: StrategyManifest | undefined,
  problems: ProblemList,
): void {
  const links = member(file, 'links')
  const places = new Set(names.places)
  const between = items(member(links, 'between'))
  const firstAt = new Map<string, number>()
  checkKinds(member(links, 'default'), ['links', 'default'], strategy, problems)
  between.forEach((entry, index) => {
    const at = ['links', 'between', index]
    for (const end of ['from', 'to']) checkPlaceName(textOf(entry, end), [...at, end], places, problems)
    checkKinds(entry, at, strategy, problems)
    const from = textOf(entry, 'from')
    const to = textOf(entry, 'to')
    if (from === null || to === null) return
    if (from === to && places.has(from) && !names.regions.has(from)) {
      problems.add(
        [...at, 'to'],
        `A message from ${quoted(from)} to itself takes no link. Remove this entry.`,
      )
    }
    const isDirected = member(entry, 'directed') === true
    const ends = isDirected || from <= to ? [from, to] : [to, from]
    const pair = JSON.stringify([isDirected, ...ends])
    const first = firstAt.get(pair)
    if (first === undefined) firstAt.set(pair, index)
    else
      problems.add(
        at,
        () => `This link is already described by $.links.between[${first}]. Make one entry of the two.`,
      )
  })
  checkMatrix(textOf(links, 'rtt'), between, names, problems)
}

/** Reports a name that is neither a region nor a replica nor a client. */
export function checkPlaceName(
  name: string | null,
  at: readonly Step[],
  places: ReadonlySet<string>,
  problems: ProblemList,
): void {
  if (name === null || name === '' || places.has(name)) return
  problems.add(at, () => {
    const mend = mendFor(name, [...places], 'place')
    return `There is no region, replica or client ${quoted(name)}.${mend}`
  })
}

function checkKinds(
  link: unknown,
  at: readonly Step[],
  strategy: StrategyManifest | undefined,
  problems: ProblemList,
): void {
  const latencies = member(link, 'oneWayOf')
  if (strategy === undefined || typeof latencies !== 'object' || latencies === null) return
  const kinds = strategy.kinds.map(({ kind }) => kind)
  for (const kind of Object.keys(latencies)) {
    if (kinds.includes(kind)) continue
    problems.add([...at, 'oneWayOf', kind], () => {
      const near = nearest(kind, kinds)
      const mend = near === null ? `Known: ${kinds.join(', ')}.` : `Did you mean "${near}"?`
      return `The strategy "${strategy.id}" sends no message of the kind ${quoted(kind)}. ${mend}`
    })
  }
}

function checkMatrix(
  rtt: string | null,
  between: readonly unknown[],
  names: Names,
  problems: ProblemList,
): void {
  if (rtt === null || rtt === '') return
  if (!rttNames().includes(rtt)) {
    const known = rttNames()
    const mend = mendFor(rtt, known, 'matrix')
    problems.add(['links', 'rtt'], `There is no matrix of round-trip times named ${quoted(rtt)}.${mend}`)
    return
  }
  const matrix = rttMatrix(rtt)
  const covered = new Set<string>()
  for (const entry of between) {
    const from = textOf(entry, 'from')
    const to = textOf(entry, 'to')
    if (from === null || to === null || member(entry, 'oneWay') === undefined) continue
    covered.add(JSON.stringify([from, to]))
    if (member(entry, 'directed') !== true) covered.add(JSON.stringify([to, from]))
  }
  const homes = [...names.replicas.values(), ...names.clients.values()]
  const used = [...new Set(homes)].filter((region) => names.regions.has(region)).sort()
  used.forEach((a, index) => {
    for (const b of used.slice(index + 1)) {
      if (matrix.roundTripMs(a, b) !== null) continue
      if (covered.has(JSON.stringify([a, b])) && covered.has(JSON.stringify([b, a]))) continue
      problems.add(['links', 'rtt'], () => {
        const missing = [a, b].filter((region) => !matrix.regions.includes(region))
        const near = missing.map((region) => nearest(region, matrix.regions)).find((name) => name !== null)
        const hint = near === undefined ? '' : ` (its regions include "${near}")`
        return `The matrix "${rtt}" has no round-trip time between ${quoted(a)} and ${quoted(b)}${hint}. Add an entry with "oneWay" for this pair to $.links.between.`
      })
    }
  })
}
