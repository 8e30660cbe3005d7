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
  const spec = fault === null ? null : parseFault(fault)
  if (spec === null) return fault === null ? 'Not a fault' : `${fault.kind}, unfinished`
  const words = faultLabel(spec, [])
  return `${words[0].toUpperCase()}${words.slice(1)}`
}

/** "at 4 s", "4 s to 7 s", "from 4 s". */
export function timeWords(fault: FaultFile): string {
  const { atMs, forMs } = timesOf(fault)
  if (isInstant(fault)) return `at ${exactWords(atMs)}`
  return forMs === null ? `from ${exactWords(atMs)}` : `${exactWords(atMs)} to ${exactWords(atMs + forMs)}`
}

/** The same in a sentence that a screen reader can say. */
export function faultSentence(fault: FaultFile): string {
  const { atMs, forMs } = timesOf(fault)
  const when = isInstant(fault)
    ? `at ${exactWords(atMs)}`
    : forMs === null
      ? `from ${exactWords(atMs)} to the end of the run`
      : `from ${exactWords(atMs)} for ${exactWords(forMs)}`
  return `${faultWords(fault)}, ${when}`
}
