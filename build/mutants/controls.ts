import { registry } from '../../shared/protocols/registry.ts'
import type { PlantedBug } from '../../shared/protocols/_broken/planted-bug.ts'
import type { AnyProtocol } from '../../shared/protocols/contract.ts'
import { randomHabitat } from '../../shared/testing/habitat.ts'
import { trial } from '../../shared/testing/hunt.ts'
import type { Complaint } from '../../shared/testing/judges.ts'
import { STARTS } from './examine.ts'

/** Seeds of each start that a control runs through. */
const CONTROL_SEEDS = 3

export interface Control {
  readonly id: string
  readonly isSound: boolean
  readonly complaints: readonly Complaint[]
  readonly runs: number
  /** Reads of values whose write had ended before, its outcome unknown. */
  readonly lateReads: number
  /** Which run was flagged. */
  readonly reproduce: string
}

/** The shipped protocol in the habitat of a bug: the same judges must have nothing to say. */
export function controlOf(bug: PlantedBug): Control {
  const shipped = registry.get(bug.protocol.manifest.id)
  if (shipped === undefined) throw new Error(`${bug.id} is planted in no shipped protocol`)
  return runs(bug, shipped, `shipped/${bug.id}`)
}

/** A sound protocol that leaves its clients in doubt: not flagged, although what was in doubt was seen later. */
export function unknownWrites(control: PlantedBug): Control {
  const result = runs(control, control.protocol, control.id)
  const sentence = 'no write of unknown outcome was seen later, so nothing was tried'
  return result.isSound && result.lateReads === 0
    ? { ...result, isSound: false, complaints: [{ by: 'the control', sentence }] }
    : result
}

function runs({ habitat }: PlantedBug, protocol: AnyProtocol, id: string): Control {
  let count = 0
  let lateReads = 0
  for (const start of STARTS) {
    for (let seed = start; seed < start + CONTROL_SEEDS; seed++) {
      count++
      const result = trial(protocol, randomHabitat(protocol.manifest, habitat, seed), habitat.judges)
      lateReads += result.lateReads
      if (result.complaints.length > 0) {
        const { complaints } = result
        return { id, isSound: false, complaints, runs: count, lateReads, reproduce: `seed ${seed}` }
      }
    }
  }
  return { id, isSound: true, complaints: [], runs: count, lateReads, reproduce: '' }
}
