import { availableParallelism } from 'node:os'
import { err, ok, type Result } from '../../shared/base/result.ts'
import { strategies } from '../../shared/protocols/registry.ts'
import { metricValue } from '../../shared/report/metric-value.ts'
import { product, sweepFigure } from '../../shared/report/sweep/figures.ts'
import type { LeftOut, Sweep } from '../../shared/report/sweep/types.ts'
import type { VariedSetting } from '../../shared/report/sweep/vary.ts'
import { metricOf } from '../../shared/topology/metric-names.ts'
import { checkTopology } from '../../shared/topology/parse.ts'
import { withValueAt } from '../../shared/topology/paths.ts'
import type { Problem, Topology } from '../../shared/topology/types.ts'
import type { Lab } from './lab.ts'
import { provenanceOf } from './planned-run.ts'
import { RunError } from './run.ts'

interface Combination {
  readonly set: readonly unknown[]
  readonly topology: Topology
}

/** What a sweep is going to run, every file of it checked. */
export interface PlannedSweep {
  readonly vary: readonly VariedSetting[]
  readonly combinations: readonly Combination[]
  readonly refused: readonly LeftOut[]
}

/** The files of a sweep; the error is a sentence, where a path leads to no place of the file. */
export function planSweep(file: unknown, vary: readonly VariedSetting[]): Result<PlannedSweep, string> {
  const combinations: Combination[] = []
  const refused: LeftOut[] = []
  for (const set of product(vary.map(({ values }) => values))) {
    let changed: unknown = file
    for (const [i, { steps, path }] of vary.entries()) {
      const next = withValueAt(changed, steps, set[i])
      if (!next.ok) return err(`${path} is no place in the file: ${next.error}`)
      changed = next.value
    }
    const topology = checkTopology(changed, strategies)
    if (topology.ok) combinations.push({ set, topology: topology.value })
    else refused.push({ set, problems: topology.error })
  }
  return ok({ vary, combinations, refused })
}

/** Leaves out what this machine cannot hold. */
export function withoutObstacles(plan: PlannedSweep, lab: Lab, command: string): PlannedSweep {
  const combinations: Combination[] = []
  const refused = [...plan.refused]
  for (const combination of plan.combinations) {
    const problem: Problem | null = lab.obstacleTo(combination.topology, { command })
    if (problem === null) combinations.push(combination)
    else refused.push({ set: combination.set, problems: [problem] })
  }
  return { ...plan, combinations, refused }
}

export interface SweepOptions {
  /** Runs of each combination. */
  seeds: number
  /** The first of them; the file's own where left out. */
  seed?: number
  metrics: readonly string[]
  command: string
  /** How much of the sweep is done, 0 … 1. */
  onProgress?: (share: number) => void
  /** Aborts where no more runs are wanted: the sweep then has those that are done. */
  signal: AbortSignal
}

/** One run of a sweep: its figures, why it failed, or nothing where it was not made. */
type Outcome = { values: (number | null)[] } | { sentence: string } | null

/** Simulates every combination with every seed, as many at once as there are cores. */
export async function runSweep(
  lab: Lab,
  { combinations, refused, vary }: PlannedSweep,
  { seeds: count, seed, metrics, command, onProgress, signal }: SweepOptions,
): Promise<Sweep> {
  const startedMs = performance.now()
  const seeds = Array.from({ length: count }, (_, i) => (seed ?? combinations[0].topology.run.seed) + i)
  const tasks = combinations.flatMap(({ topology }) => seeds.map((each) => ({ topology, seed: each })))
  const outcomes: Outcome[] = tasks.map(() => null)
  const shares = new Float64Array(tasks.length)
  let next = 0
  // Plans are large: a run is opened when its turn comes, not before.
  const work = async (): Promise<void> => {
    for (let at = next++; at < tasks.length && !signal.aborted; at = next++) {
      outcomes[at] = await outcomeOf(lab, tasks[at], { metrics, command, signal }, (share) => {
        shares[at] = share
        onProgress?.(shares.reduce((sum, each) => sum + each, 0) / tasks.length)
      })
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  const ofCombination = (i: number): Outcome[] => outcomes.slice(i * count, (i + 1) * count)
  return {
    format: 'replica-lab/sweep@1',
    provenance: provenanceOf(command, performance.now() - startedMs, null),
    topology: combinations[0].topology.name,
    vary: vary.map(({ path, values }) => ({ path, values })),
    seeds,
    metrics: metrics.map((name) => ({ name, unit: metricOf(name)!.unit })),
    rows: combinations.flatMap(({ set }, i) => {
      const own = ofCombination(i).map((outcome) =>
        outcome !== null && 'values' in outcome ? outcome.values : null,
      )
      const runs = own.filter((values) => values !== null).length
      const figures = metrics.map((_, m) => sweepFigure(own.map((values) => values?.[m] ?? null)))
      return runs === 0 ? [] : [{ set, runs, figures }]
    }),
    refused,
    failed: combinations.flatMap(({ set }, i) =>
      ofCombination(i).flatMap((outcome, s) =>
        outcome !== null && 'sentence' in outcome
          ? [{ set, seed: seeds[s], sentence: outcome.sentence }]
          : [],
      ),
    ),
    missing: outcomes.filter((outcome) => outcome === null).length,
  }
}

async function outcomeOf(
  lab: Lab,
  { topology, seed }: { topology: Topology; seed: number },
  { metrics, command, signal }: Pick<SweepOptions, 'metrics' | 'command' | 'signal'>,
  onProgress: (share: number) => void,
): Promise<Outcome> {
  // Figures alone are wanted: neither verdicts nor predictions.
  const opened = lab.open(topology, { seed, command, guarantees: [], isPredicted: false })
  if (!opened.ok) return { sentence: opened.error }
  const run = opened.value
  run.onProgress(({ share }) => onProgress(share))
  const close = () => void lab.close(run.id)
  signal.addEventListener('abort', close)
  try {
    const { report } = await run.result
    return report.stoppedEarly === null
      ? { values: metrics.map((name) => metricValue(report, name)) }
      : { sentence: `The run ended early: ${report.stoppedEarly}.` }
  } catch (error) {
    if (signal.aborted) return null
    if (error instanceof RunError) return { sentence: error.message }
    throw error
  } finally {
    signal.removeEventListener('abort', close)
    await lab.close(run.id)
  }
}
