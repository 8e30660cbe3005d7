import { formatNumber } from '../../shared/report/numbers.ts'
import type { LinkFile, TopologyFile } from '../model/file.ts'
import { medianMs } from '../model/place-words.ts'
import { pairKey } from './types.ts'
import { formatMs } from '../model/units.ts'

/** A link as it is drawn: once per pair. */
export interface CanvasLink {
  readonly from: string
  readonly to: string
  readonly label: string
  /** The same in a sentence, for screen readers. */
  readonly description: string
  /** Stated in the file by an entry of its own. */
  readonly isStated: boolean
  /** Between regions, not single places. */
  readonly isWide: boolean
}

/** With more regions than this only stated links and those of what is marked are drawn: all would be a grey sheet. */
export const REGIONS_LINKED_MAX = 10

/**
 * The links to draw: between every two regions, with the round trip that the lab computed, and between places where the
 * file has an entry for them. `marked` are regions whose links are drawn however many there are, `extra` pairs that are drawn in any case.
 */
export function linksOf(
  file: TopologyFile,
  regionRoundTripMs: readonly (readonly number[])[] | null,
  marked: ReadonlySet<string>,
  extra: readonly { readonly from: string; readonly to: string }[] = [],
): CanvasLink[] {
  const links = new Map<string, CanvasLink>()
  const entries = entriesByPair(file)
  const ids = [...new Set(file.regions.map(({ id }) => id))]
  const isSparse = ids.length > REGIONS_LINKED_MAX
  ids.forEach((from, i) => {
    ids.slice(i + 1).forEach((to, k) => {
      const stated = entries.get(pairKey(from, to))
      if (isSparse && stated === undefined && !marked.has(from) && !marked.has(to)) return
      const roundTripMs = regionRoundTripMs?.[i]?.[i + 1 + k]
      const label = [
        roundTripMs === undefined ? '' : formatMs(roundTripMs),
        ...new Set((stated ?? []).map(impairmentOf)),
      ]
      links.set(pairKey(from, to), linkFrom(from, to, label, stated !== undefined, true))
    })
  })
  const known = new Set([...ids, ...file.replicas.map(({ id }) => id), ...file.clients.map(({ id }) => id)])
  for (const [key, stated] of entries) {
    const [{ from, to }] = stated
    if (links.has(key) || from === to || !known.has(from) || !known.has(to)) continue
    const label = [...new Set(stated.flatMap((entry) => [latencyOf(entry), impairmentOf(entry)]))]
    links.set(key, linkFrom(from, to, label, true, false))
  }
  for (const { from, to } of extra) {
    const key = pairKey(from, to)
    if (!links.has(key) && from !== to && known.has(from) && known.has(to))
      links.set(key, linkFrom(from, to, [], false, false))
  }
  return [...links.values()]
}

function linkFrom(
  from: string,
  to: string,
  parts: readonly string[],
  isStated: boolean,
  isWide: boolean,
): CanvasLink {
  const label = parts.filter((part) => part !== '').join(' · ')
  const description = `Link ${from} to ${to}${label === '' ? '' : `, ${label}`}`
  return { from, to, label, description, isStated, isWide }
}

function entriesByPair(file: TopologyFile): Map<string, LinkFile[]> {
  const entries = new Map<string, LinkFile[]>()
  for (const entry of file.links?.between ?? []) {
    const key = pairKey(entry.from, entry.to)
    entries.set(key, [...(entries.get(key) ?? []), entry])
  }
  return entries
}

/** The median round trip of an entry for both directions; one way, with an arrow, of one for a single direction. */
function latencyOf({ oneWay, directed, to }: LinkFile): string {
  const ms = medianMs(oneWay)
  if (ms === null) return ''
  return directed === true ? `${formatMs(ms)} to ${to}` : formatMs(2 * ms)
}

function impairmentOf({ lossPpm }: LinkFile): string {
  return typeof lossPpm === 'number' && lossPpm > 0 ? `${formatNumber(lossPpm / 10_000)} % lost` : ''
}
