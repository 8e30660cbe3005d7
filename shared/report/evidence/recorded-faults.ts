import { msOfNs } from '../../base/time.ts'
import type { Operations } from '../../checkers/contract.ts'
import type { RecordedFault } from '../../checkers/input/index.ts'
import { faultLabel } from '../faults.ts'
import type { ShownFault } from './types.ts'

/** The faults of a record that was read, in words; instants in the unit of its evidence. */
export function recordedFaults(ops: Operations, faults: readonly RecordedFault[]): ShownFault[] {
  const instant = (at: number): number => (ops.hasTimes ? msOfNs(at) : at)
  return faults.map(({ kind, spec, replicas, from, to }) => ({
    label: spec === null ? kind : faultLabel(spec, replicas),
    from: instant(from),
    to: to === Infinity ? null : instant(to),
  }))
}
