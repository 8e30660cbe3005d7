import { faultLabel } from '../report/faults.ts'
import { formatMs } from '../report/numbers.ts'
import type { FaultSpec } from '../topology/types.ts'
import type { TopologyFile } from './habitat.ts'

/** A file's setting and schedule in one line: "3 replicas, 2 clients, 0.8 s: r1 crashed at 120 ms for 40 ms; …". */
export function scheduleWords({ replicas, clients, faults, run }: TopologyFile): string {
  const count = (things: readonly unknown[], name: string) =>
    `${things.length} ${name}${things.length === 1 ? '' : 's'}`
  const setting = [
    count(replicas, 'replica'),
    count(clients, 'client'),
    formatMs(run.durationMs),
    `seed ${run.seed}`,
  ].join(', ')
  const schedule = faults.map((fault) => faultWords(fault as unknown as FaultSpec & Timed))
  return `${setting}: ${schedule.length === 0 ? 'no faults' : schedule.join('; ')}`
}

interface Timed {
  readonly atMs: number
  readonly forMs?: number
}

function faultWords(fault: FaultSpec & Timed): string {
  const whole = { offsetMs: 0, driftPpm: 0, oneWay: false, ...fault } as unknown as FaultSpec
  const lasting = fault.forMs === undefined ? ' to the end' : ` for ${formatMs(fault.forMs)}`
  return `${faultLabel(whole, [])} at ${formatMs(fault.atMs)}${lasting}`
}
