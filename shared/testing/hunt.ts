import { AssertionError } from '../base/assert.ts'
import { OP_NAMES, STATUS } from '../history/types.ts'
import type { History } from '../history/types.ts'
import { buildPlan } from '../plan/build.ts'
import type { PlantedBug } from '../protocols/_broken/planted-bug.ts'
import type { AnyProtocol } from '../protocols/contract.ts'
import { Simulation } from '../simulator/simulation.ts'
import { checkTopology } from '../topology/parse.ts'
import type { Problem } from '../topology/types.ts'
import { randomHabitat } from './habitat.ts'
import type { TopologyFile } from './habitat.ts'
import { complaints } from './judges.ts'
import type { Complaint } from './judges.ts'

/** Events of one run at most; a run beyond it has run away. */
const EVENTS_MAX = 50_000

export const ASSERTION = 'an assertion'

export interface Trial {
  /** Why the file could not be run at all. */
  readonly refused: readonly Problem[] | null
  readonly complaints: readonly Complaint[]
  readonly operations: number
  /** Reads of a value whose write had ended before, its outcome unknown. */
  readonly lateReads: number
}

/** One run in checked mode, and what the invariants and the judges of these names say of it. */
export function trial(protocol: AnyProtocol, file: TopologyFile, judges: readonly string[]): Trial {
  const checked = checkTopology(file, new Map([[protocol.manifest.id, protocol.manifest]]))
  if (!checked.ok) return { ...NOTHING, refused: checked.error }
  const plan = buildPlan(checked.value)
  try {
    const simulation = new Simulation(plan, protocol, { checked: true })
    if (!simulation.advance(EVENTS_MAX)) {
      simulation.stop('too many events')
      const sentence = `the run did not end within ${EVENTS_MAX} events`
      return { ...NOTHING, complaints: [{ by: 'progress', sentence }] }
    }
    const history = simulation.finish()
    return {
      refused: null,
      complaints: complaints(history, plan, judges),
      operations: history.ops.count,
      lateReads: lateReads(history),
    }
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error
    return { ...NOTHING, complaints: [complaintOf(error)] }
  }
}

const NOTHING: Trial = { refused: null, complaints: [], operations: 0, lateReads: 0 }

function lateReads({ ops }: History): number {
  const endOf = new Map<number, number>()
  for (let row = 0; row < ops.count; row++) {
    if (ops.status[row] === STATUS.info && ops.value[row] > 0) endOf.set(ops.value[row], ops.endedNs[row])
  }
  let late = 0
  for (let row = 0; row < ops.count; row++) {
    const isRead = OP_NAMES[ops.f[row]] === 'read' && ops.status[row] === STATUS.ok
    if (isRead && ops.invokedNs[row] > (endOf.get(ops.result[row]) ?? Infinity)) late++
  }
  return late
}

/** A broken invariant by its name, any other broken assumption as an assertion. */
function complaintOf({ message }: AssertionError): Complaint {
  const named = /^invariant "([^"]+)" is broken: (.*)$/s.exec(message)
  return named === null ? { by: ASSERTION, sentence: message } : { by: named[1], sentence: named[2] }
}

export interface Catch {
  readonly seed: number
  readonly file: TopologyFile
  readonly complaints: readonly Complaint[]
}

/** Tries a bug's habitat seed after seed; null where none of so many gave it away. */
export function hunt(bug: PlantedBug, firstSeed: number, seeds: number): Catch | null {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const file = randomHabitat(bug.protocol.manifest, bug.habitat, seed)
    const found = trial(bug.protocol, file, bug.habitat.judges)
    if (found.refused !== null) throw new Error(`${bug.id}, seed ${seed}: ${found.refused[0].sentence}`)
    if (found.complaints.length > 0) return { seed, file, complaints: found.complaints }
  }
  return null
}
