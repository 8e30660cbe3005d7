import { metricOf } from '../../topology/metric-names.ts'
import { metricValue } from '../metric-value.ts'
import { listed } from '../../base/listed.ts'
import { formatMs } from '../numbers.ts'
import type { ExpectationResult, Provenance, Report } from '../types.ts'
import { comparisonRows, type ComparedRun } from './comparison.ts'
import { settingDifferences, type SettingDifference } from './settings.ts'
import { heldFigures, type HeldFigure, type Tolerance } from './tolerance.ts'

/** A run as it was brought to be compared. */
export interface BroughtRun extends ComparedRun {
  /** The file or preset, as it was named. */
  readonly source: string
}

/** What comparing some runs found, for programs; the first run is what the others are held against. */
export interface Comparison {
  readonly format: 'replica-lab/comparison@1'
  /** Of the comparison itself; the runs have their own. */
  readonly provenance: Pick<Provenance, 'tool' | 'version' | 'command'>
  readonly runs: readonly {
    readonly label: string
    readonly source: string
    readonly topology: string
    readonly runtime: Report['runtime']
    readonly seed: number
    readonly durationMs: number
    readonly stoppedEarly: string | null
    readonly expectations: readonly ExpectationResult[]
    readonly provenance: Provenance
  }[]
  /** One for each figure that at least one of the runs has; lists are in the order of the runs. */
  readonly rows: readonly {
    readonly metric: string
    readonly unit: string
    readonly values: readonly (number | null)[]
    /** Relative to the first run's: 0.1 is ten per cent more. null for the first, for shares, and where it is nothing. */
    readonly relative: readonly (number | null)[]
    /** Against the first run's; null where it makes no difference or cannot be said. */
    readonly better: readonly (boolean | null)[]
  }[]
  readonly settings: readonly SettingDifference[]
  /** Why the runs may not be comparable, as sentences. */
  readonly warnings: readonly string[]
  /** null where no tolerance was stated. */
  readonly held: readonly HeldFigure[] | null
}

export function comparisonOf(
  runs: readonly BroughtRun[],
  tolerance: Tolerance | null,
  provenance: Comparison['provenance'],
): Comparison {
  return {
    format: 'replica-lab/comparison@1',
    provenance,
    runs: runs.map(({ label, source, report }) => ({
      label,
      source,
      topology: report.topology.name,
      runtime: report.runtime,
      seed: report.seed,
      durationMs: report.durationMs,
      stoppedEarly: report.stoppedEarly,
      expectations: report.expectations,
      provenance: report.provenance,
    })),
    rows: comparisonRows(runs).map(({ metric, differences }) => ({
      metric,
      unit: unitOf(metric),
      values: runs.map(({ report }) => metricValue(report, metric)),
      relative: differences.map(({ relative }) => (unitOf(metric) === 'fraction' ? null : relative)),
      better: differences.map(({ isBetter }) => isBetter),
    })),
    settings: settingDifferences(runs.map(({ report }) => report.topology)),
    warnings: comparabilityWarnings(runs),
    held: tolerance === null ? null : heldFigures(runs, tolerance),
  }
}

const unitOf = (metric: string): string => metricOf(metric)!.unit

/** What should be alike where figures are to be compared, as the report's settings call it. */
const ALIKE = ['Workload', 'Load'] as const

/** Runs that were asked for different work say little of each other, nor do those that did not keep time. */
export function comparabilityWarnings(runs: readonly ComparedRun[]): string[] {
  const [first, ...others] = runs
  const warnings: string[] = []
  for (const { label, report } of others) {
    for (const what of ALIKE) {
      const [a, b] = [first.report, report].map(
        ({ settings }) => settings.find((line) => line.label === what)?.value ?? '',
      )
      if (a !== b) warnings.push(`${what} of "${label}" and "${first.label}" differ: ${b}; ${a}.`)
    }
    if (report.topology.run.durationMs !== first.report.topology.run.durationMs && !isProbe(report)) {
      const [a, b] = [first.report, report].map(({ topology }) => formatMs(topology.run.durationMs))
      warnings.push(`"${label}" ran for ${b}, "${first.label}" for ${a}.`)
    }
  }
  for (const { label, report } of runs) {
    if (report.stoppedEarly !== null) warnings.push(`"${label}" ended early: ${report.stoppedEarly}.`)
    if (report.live?.faithful === false) {
      warnings.push(`"${label}" ran live and did not keep time, so its figures are not the system's alone.`)
    }
  }
  return warnings
}

/** A probe ends with its samples, whatever the duration. */
const isProbe = ({ topology }: Report): boolean => topology.workload.kind === 'probe'

/** "2 of 3 expectations met, 1 missed"; empty where there are none. */
export function expectationCounts(expectations: readonly ExpectationResult[]): string {
  if (expectations.length === 0) return ''
  const count = (status: ExpectationResult['status']): number =>
    expectations.filter((each) => each.status === status).length
  const others = (['missed', 'undecided'] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${status}`)
  return listed([`${count('met')} of ${expectations.length} expectations met`, ...others])
}
