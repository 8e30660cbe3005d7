import { compileDistribution } from '../topology/distributions.ts'
import { rttMatrix } from '../topology/rtt.ts'
import type { LinkEntry, Topology } from '../topology/types.ts'

/**
 * Median round trip in ms between every two regions, as the file's region-level entries state it: an entry of
 * `links.between` beats the named matrix, which beats the default. Entries about single replicas are left out: the
 * picture draws regions.
 */
export function regionRoundTrips(topology: Topology): number[][] {
  const { rtt, default: fallback, between } = topology.links
  const matrix = rtt === null ? null : rttMatrix(rtt)
  const ids = topology.regions.map((region) => region.id)
  const known = new Set(ids)
  const entries = new Map<string, LinkEntry>()
  for (const entry of between) {
    if (entry.oneWay === undefined || !known.has(entry.from) || !known.has(entry.to)) continue
    entries.set(pairKey(entry.from, entry.to), entry)
    if (!entry.directed) entries.set(pairKey(entry.to, entry.from), entry)
  }
  const oneWayMs = (from: string, to: string): number => {
    const stated = entries.get(pairKey(from, to))?.oneWay
    if (stated !== undefined) return compileDistribution(stated).quantileMs(0.5)
    const roundTripMs = matrix?.roundTripMs(from, to) ?? null
    return roundTripMs === null ? compileDistribution(fallback.oneWay).quantileMs(0.5) : roundTripMs / 2
  }
  return ids.map((a) => ids.map((b) => oneWayMs(a, b) + oneWayMs(b, a)))
}

function pairKey(from: string, to: string): string {
  return `${from}\n${to}`
}
