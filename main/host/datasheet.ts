import { buildPlan } from '../../shared/plan/build.ts'
import { changeFigures } from '../../shared/plan/change-figures.ts'
import { newcomers, placementFigures } from '../../shared/plan/placement-figures.ts'
import { strategies } from '../../shared/protocols/registry.ts'
import {
  deriveDatasheet,
  firstFindings,
  firstProbes,
  guaranteesFor,
  laterProbes,
  moving,
  needsHistory,
} from '../../shared/report/datasheet/index.ts'
import type {
  BatteryOptions,
  Datasheet,
  ObservedProbe,
  Probe,
  Rebalancing,
  Subject,
} from '../../shared/report/datasheet/index.ts'
import { checkTopology } from '../../shared/topology/parse.ts'
import { fileOf } from '../../shared/topology/stringify.ts'
import type { Topology } from '../../shared/topology/types.ts'
import type { Lab } from './lab.ts'
import { RunError, type Run } from './run.ts'

export interface DatasheetOptions {
  /** The topology's own where left out. */
  seed?: number
  /** Fewer samples, and no search for the saturation. */
  isQuick?: boolean
  /** The command that makes this datasheet again. */
  command: string
  /** How much of the battery is done, 0 … 1. */
  onProgress?: (share: number) => void
  /** Aborts where nobody wants it any more: the promise rejects then. */
  signal?: AbortSignal
}

/** How much of a battery its first probes are, roughly. */
const FIRST_SHARE = 0.3

/** What is put to the test, with where its data are and would be with a replica more. */
export function subjectOf(topology: Topology, battery: BatteryOptions): Subject {
  const still = { ...topology }
  delete still.changes
  const plan = buildPlan(still)
  const shards = plan.shards.map(({ replicas }) => replicas.map((place) => plan.places[place].name))
  return {
    topology,
    shards,
    rebalancing: shards.length > 1 ? rebalancingOf(still) : null,
    newcomer: newcomerOf({ topology: still, shards }, battery),
  }
}

function rebalancingOf(topology: Topology): Rebalancing {
  const { scheme, movedFraction, idealFraction, movedCopiesFraction } = placementFigures(topology, {
    add: newcomers(topology, 1),
  })
  return { scheme, movedFraction, idealFraction, movedCopiesFraction }
}

/** A replica like the one with the most load; or why none can join, as a sentence. */
function newcomerOf(
  subject: Pick<Subject, 'topology' | 'shards'>,
  battery: BatteryOptions,
): Subject['newcomer'] {
  const { topology } = subject
  const [{ id }] = newcomers(topology, 1)
  const { replicas } = placementFigures(topology, null)
  const { id: like } = replicas.reduce((most, each) => (each.loadShare > most.loadShare ? each : most))
  const changing = moving(subject, { id, like }, battery)
  const checked = checkTopology(fileOf(changing), strategies)
  if (!checked.ok) return { reason: firstSentence(checked.error[0].sentence) }
  const moves = changeFigures(buildPlan(changing))
  return moves[0].keys === 0
    ? { reason: 'Whoever joins holds nothing, and stands in for others at most.' }
    : { id, like, moves }
}

/** Problems end with what to do about them. */
function firstSentence(text: string): string {
  const end = text.indexOf('. ')
  return end < 0 ? text : text.slice(0, end + 1)
}

/**
 * Runs the standard battery on a topology and makes its datasheet: simulations on threads of their own, as many at once
 * as the lab allows. The same topology and seed give the same datasheet, but for its provenance. Rejects with a
 * `RunError` where a probe failed or was refused, or where it was stopped.
 */
export async function runDatasheet(
  lab: Lab,
  topology: Topology,
  { seed = topology.run.seed, isQuick = false, command, onProgress, signal }: DatasheetOptions,
): Promise<Datasheet> {
  const startedMs = performance.now()
  const battery = { seed, isQuick }
  const subject = subjectOf(topology, battery)
  const observe = (probes: readonly Probe[], from: number, to: number): Promise<ObservedProbe[]> =>
    observed(lab, probes, command, signal, (share) => onProgress?.(from + share * (to - from)))
  const first = await observe(firstProbes(subject, battery), 0, FIRST_SHARE)
  const later = await observe(laterProbes(subject, firstFindings(first), battery), FIRST_SHARE, 1)
  const provenance = {
    ...first[0].report.provenance,
    wallMs: Math.round(performance.now() - startedMs),
    eventsPerS: null,
  }
  return deriveDatasheet(subject, [...first, ...later], battery, provenance)
}

/** Runs probes side by side; where one fails, the others are ended. */
async function observed(
  lab: Lab,
  probes: readonly Probe[],
  command: string,
  signal: AbortSignal | undefined,
  onProgress: (share: number) => void,
): Promise<ObservedProbe[]> {
  const runs: Run[] = []
  const shares = new Float64Array(probes.length)
  const close = () => void runs.forEach(({ id }) => void lab.close(id))
  signal?.addEventListener('abort', close)
  try {
    for (const [at, probe] of probes.entries()) {
      const guarantees = guaranteesFor(probe)
      const opened = lab.open(probe.topology, {
        command,
        keepsHistory: needsHistory(probe),
        isPredicted: false,
        ...(guarantees === undefined ? {} : { guarantees }),
      })
      if (!opened.ok) throw new RunError(`${probe.title}: ${opened.error}`)
      opened.value.onProgress(({ share }) => {
        shares[at] = share
        onProgress(shares.reduce((sum, each) => sum + each, 0) / probes.length)
      })
      runs.push(opened.value)
    }
    if (signal?.aborted === true) throw new RunError('The datasheet was stopped.')
    const results = await Promise.all(runs.map(({ result }) => result))
    return results.map(({ report, history }, at) => ({ probe: probes[at], report, history }))
  } finally {
    signal?.removeEventListener('abort', close)
    await Promise.all(runs.map(({ id }) => lab.close(id)))
  }
}
