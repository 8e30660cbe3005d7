/** One measured figure, with what it is held against: a reference measured in the same run, or a recorded one. */
export interface Figure {
  suite: string
  name: string
  value: number
  unit: string
  reference?: { name: string; value: number; measured: 'in this run' | 'recorded' }
  /** value / reference, or its inverse where less is better, so that above 1 is always better than the reference. */
  ratio?: number
  /** The ratio, or the value in its own unit, that the project sets itself. */
  goal?: { ratio?: number; value?: number; atMost?: boolean }
  note?: string
  /** What the value was worked out of, for `--json`. */
  details?: Readonly<Record<string, unknown>>
}

/** Entries of other threads, as built. */
export interface BenchContext {
  engines: URL
  benchThread: URL
  checkerChild: URL
  /** Path of the built command line. */
  program: string
}

export interface Suite {
  name: string
  summary: string
  /** `quick` runs a tenth of the work: for a look, not for a figure to publish. */
  run(quick: boolean, report: Report, context: BenchContext): void | Promise<void>
}

export type Report = (figure: Omit<Figure, 'suite'>) => void

/** Of an odd number of values, the middle one. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}

/** Median over rounds of a / b: what slows the machine down for a while slows down both of a round. */
export function medianRatio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((value, round) => value / b[round]))
}

/** Seconds that `work` takes, once. */
export function seconds(work: () => void): number {
  const start = process.hrtime.bigint()
  work()
  return Number(process.hrtime.bigint() - start) / 1e9
}

/** Seconds of processor time that `work` takes, once: what others do on the machine hardly shows in it. */
export function processorSeconds(work: () => void): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

/** Median of `runs` timings after one that doesn't count. */
export function medianSeconds(work: () => void, runs = 5): number {
  work()
  return median(Array.from({ length: runs }, () => seconds(work)))
}

/** Whether a figure reaches its goal; null where it has none. */
export function reached({ value, ratio, goal }: Figure): boolean | null {
  if (goal === undefined) return null
  if (goal.ratio !== undefined) return (ratio ?? 0) >= goal.ratio
  if (goal.value === undefined) return null
  return goal.atMost ? value <= goal.value : value >= goal.value
}
