import { faultLabel } from '../../../shared/report/faults.ts'
import { parseFault } from '../../../shared/topology/parse-fault.ts'
import type { IconName } from '../../components/icons.ts'
import { isInstant, timesOf, type FaultKind } from '../../model/fault-edits.ts'
import type { FaultFile } from '../../model/file.ts'
import { exactWords } from './time-axis.ts'

export const FAULT_ICONS: Readonly<Record<FaultKind, IconName>> = {
  partition: 'partition',
  isolate: 'isolate',
  cut: 'cut',
  slow: 'slow',
  loss: 'loss',
  crash: 'crash',
  restart: 'restart',
  pause: 'pause',
  clock: 'clock',
  'slow-disk': 'disk',
  'power-loss': 'power',
}

/** What a fault does, in the words of the report; a fault that is not whole is called by its kind. */
export function faultWords(fault: FaultFile | null): string {
  if (fault === null) return 'not a fault'
  const spec = parseFault(fault)
  return spec === null ? `${fault.kind}, unfinished` : faultLabel(spec, [])
}

/** "A", "B", …: what the sides of a partition are called; null reaches all of them. */
export function sideWords(side: number | null): string {
  return side === null ? 'all' : side < 26 ? String.fromCharCode(65 + side) : String(side + 1)
}

/** "at 4 s", "4 s to 7 s", "from 4 s". */
export function timeWords(fault: FaultFile): string {
  const { atMs, forMs } = timesOf(fault)
  if (isInstant(fault)) return `at ${exactWords(atMs)}`
  return forMs === null ? `from ${exactWords(atMs)}` : `${exactWords(atMs)} to ${exactWords(atMs + forMs)}`
}

/** Both, for a caption: "r1 crashed, 4 s to 7 s". */
export function faultCaption(fault: FaultFile): string {
  return `${faultWords(fault)}, ${timeWords(fault)}`
}
