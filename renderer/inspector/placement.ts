import type { KeyMovement, TopologyCheck } from '../../shared/ipc/contract.ts'
import { HOT_FACTOR } from '../../shared/report/charts/shard-load.ts'
import { formatPercent } from '../../shared/report/numbers.ts'

/** A piece of the key space as it is drawn: from where (0 … 1), how much, and how it is told from its neighbours. */
export interface Slice {
  readonly from: number
  readonly share: number
  readonly tone: 'even' | 'odd' | 'hot'
  readonly title: string
}

/** How many times an even share this one is, where that makes it a hot spot; else null. */
export function hotFactor(share: number, count: number): number | null {
  const factor = share * count
  return count > 1 && factor >= HOT_FACTOR ? factor : null
}

/** The share of the keys that each replica holds a copy of, the largest first. */
export function sharesOf(
  placement: TopologyCheck['placement'],
): { id: string; share: number; isHot: boolean }[] {
  const shares = new Map<string, number>()
  for (const { replicas, share } of placement)
    for (const id of replicas) shares.set(id, (shares.get(id) ?? 0) + share)
  const even = [...shares.values()].reduce((sum, share) => sum + share, 0) / Math.max(1, shares.size)
  return [...shares]
    .map(([id, share]) => ({ id, share: Math.min(1, share), isHot: share >= HOT_FACTOR * even }))
    .sort((a, b) => b.share - a.share || (a.id < b.id ? -1 : 1))
}

/** The same between two states of it: `shift` 0 is the one before, 1 the one after. In the order of the state before, newcomers last. */
export function sharesBetween(
  before: TopologyCheck['placement'],
  after: TopologyCheck['placement'],
  shift: number,
): { id: string; share: number; isHot: boolean }[] {
  const first = sharesOf(before)
  if (before === after || shift === 0) return first
  const last = new Map(sharesOf(after).map((each) => [each.id, each]))
  const known = first.map(({ id, share, isHot }) => {
    const next = last.get(id)
    return { id, share: share + ((next?.share ?? 0) - share) * shift, isHot: next?.isHot ?? isHot }
  })
  const ids = new Set(first.map(({ id }) => id))
  const newcomers = [...last.values()].filter(({ id }) => !ids.has(id))
  return [...known, ...newcomers.map((each) => ({ ...each, share: each.share * shift }))]
}

/** What moves, as far as it has gone. */
export function movedSlices(
  pieces: KeyMovement['pieces'],
  shift: number,
): { from: number; share: number; title: string }[] {
  return pieces.map(({ from, share, source, target }) => ({
    from,
    share: share * shift,
    title: `${formatPercent(share)} of the keys, from ${source} to ${target}`,
  }))
}

/** The arcs of a ring: neighbours of one owner are one, and tones alternate from owner to owner. */
export function arcsOf(ring: TopologyCheck['ring']): Slice[] {
  const merged: { from: number; share: number; owner: string }[] = []
  for (const arc of ring) {
    const last = merged.at(-1)
    if (last?.owner === arc.owner) last.share += arc.share
    else merged.push({ ...arc })
  }
  const totals = new Map<string, number>()
  for (const { owner, share } of ring) totals.set(owner, (totals.get(owner) ?? 0) + share)
  return merged.map(({ from, share, owner }, i) => {
    const total = totals.get(owner) ?? 0
    const tone = hotFactor(total, totals.size) !== null ? 'hot' : i % 2 === 0 ? 'even' : 'odd'
    return {
      from,
      share,
      tone,
      title: `${owner} owns ${formatPercent(share)} here, ${formatPercent(total)} in all`,
    }
  })
}
