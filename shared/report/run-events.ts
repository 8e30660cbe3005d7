import { msOfNs } from '../base/time.ts'
import type { FaultEvent, NoteEvent } from '../history/types.ts'
import { faultLabel } from './faults.ts'
import { listed } from '../base/listed.ts'
import type { RunEvent, RunStatistics } from './statistics.ts'

/** Faults and notes as lines of an event log, in the order in which they happened. */
export function runEventsOf(faults: readonly FaultEvent[], notes: readonly NoteEvent[]): RunEvent[] {
  const lines = [
    ...faults.map(faultLine),
    ...notes.map(({ timeNs, place, kind, text }): RunEvent => ({
      tMs: msOfNs(timeNs),
      kind: 'note',
      name: kind,
      phase: 'instant',
      place,
      text,
    })),
  ]
  return lines.sort((a, b) => a.tMs - b.tMs)
}

function faultLine({ index, spec, replicas, phase, timeNs, by }: FaultEvent): RunEvent {
  const label = faultLabel(spec, replicas)
  const text = phase === 'end' ? endOf(spec.kind, replicas, label) : label
  return {
    tMs: msOfNs(timeNs),
    kind: 'fault',
    name: spec.kind,
    phase,
    place: listed(replicas),
    text: by === 'hand' ? `${text} (by hand)` : text,
    fault: index,
  }
}

function endOf(kind: FaultEvent['spec']['kind'], replicas: readonly string[], label: string): string {
  const restarts = (kind === 'crash' || kind === 'power-loss') && replicas.length > 0
  return restarts ? `${listed(replicas)} restarted` : `over: ${label}`
}

/** Which faults are in force, kept up by hearing of every beginning and end in the order of the record. */
export class FaultsInForce {
  readonly #active = new Map<number, RunStatistics['faults'][number]>()

  hear({ index, phase, spec, replicas, by }: FaultEvent): void {
    if (phase === 'start') this.#active.set(index, { index, label: faultLabel(spec, replicas), by })
    else if (phase === 'end') this.#active.delete(index)
  }

  get list(): RunStatistics['faults'] {
    return [...this.#active.values()]
  }
}
