import { msOfNs } from '../base/time.ts'
import type { FaultEvent } from '../history/types.ts'
import type { FaultSpec } from '../topology/types.ts'
import { listed } from '../base/listed.ts'
import { formatMs, formatNumber } from './numbers.ts'
import type { FaultWindow } from './types.ts'

/** The faults of a run as windows, in the order in which they began. One without an end lasts to `endMs`. */
export function faultWindows(events: readonly FaultEvent[], endMs: number): FaultWindow[] {
  const windows: FaultWindow[] = []
  const open = new Map<number, FaultWindow>()
  for (const event of events) {
    const atMs = msOfNs(event.timeNs)
    if (event.phase === 'end') {
      const window = open.get(event.index)
      if (window !== undefined) window.toMs = atMs
      open.delete(event.index)
      continue
    }
    const window: FaultWindow = {
      index: event.index,
      kind: event.spec.kind,
      label: faultLabel(event.spec, event.replicas),
      fromMs: atMs,
      toMs: event.phase === 'instant' ? atMs : Math.max(atMs, endMs),
      by: event.by,
    }
    if (event.phase === 'start') open.set(event.index, window)
    windows.push(window)
  }
  return windows.sort((a, b) => a.fromMs - b.fromMs || a.index - b.index)
}

/** What a fault did, in a few words. `struck` names the replicas where the file said "leader" or "follower". */
export function faultLabel(spec: FaultSpec, struck: readonly string[]): string {
  const target = (name: string): string =>
    (name === 'leader' || name === 'follower') && struck.length > 0 ? `${listed(struck)} (${name})` : name
  switch (spec.kind) {
    case 'partition':
      return spec.groups.length === 1
        ? `${listed(spec.groups[0])} cut off from the rest`
        : `partition ${spec.groups.map((group) => group.join(' ')).join(' | ')}`
    case 'isolate':
      return `${target(spec.replica)} isolated`
    case 'cut':
      return `link ${spec.from} ${spec.oneWay ? '→' : '↔'} ${spec.to} cut`
    case 'slow':
      return `link ${spec.from} ↔ ${spec.to} slower by ${formatMs(spec.plusMs)}`
    case 'loss':
      return `link ${spec.from} ↔ ${spec.to} loses ${formatNumber(spec.lossPpm / 10_000)} %`
    case 'crash':
      return `${target(spec.replica)} crashed`
    case 'restart':
      return `${target(spec.replica)} restarted`
    case 'pause':
      return `${target(spec.replica)} paused`
    case 'clock':
      return `clock of ${target(spec.replica)}: ${clockChange(spec.offsetMs, spec.driftPpm)}`
    case 'slow-disk':
      return `slow disk at ${target(spec.replica)}`
    case 'power-loss':
      return `power loss of ${listed(spec.replicas)}`
  }
}

function clockChange(offsetMs: number, driftPpm: number): string {
  const parts: string[] = []
  if (offsetMs !== 0) parts.push(`${offsetMs > 0 ? 'ahead' : 'behind'} by ${formatMs(Math.abs(offsetMs))}`)
  if (driftPpm !== 0) parts.push(`drifting ${formatNumber(driftPpm)} ppm`)
  return parts.length === 0 ? 'set right' : listed(parts)
}
