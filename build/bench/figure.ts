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
}

export interface Suite {
  name: string
  summary: string
  /** `quick` runs a tenth of the work: for a look, not for a figure to publish. */
  run(quick: boolean, report: (figure: Omit<Figure, 'suite'>) => void): void
}

/** Seconds that `work` takes, once. */
export function seconds(work: () => void): number {
  const start = process.hrtime.bigint()
  work()
  return Number(process.hrtime.bigint() - start) / 1e9
}

/** Median of `runs` timings after one that doesn't count. */
export function medianSeconds(work: () => void, runs = 5): number {
  work()
  const times = Array.from({ length: runs }, () => seconds(work)).sort((a, b) => a - b)
  return times[Math.floor(runs / 2)]
}

/** Whether a figure reaches its goal; null where it has none. */
export function reached({ value, ratio, goal }: Figure): boolean | null {
  if (goal === undefined) return null
  if (goal.ratio !== undefined) return (ratio ?? 0) >= goal.ratio
  if (goal.value === undefined) return null
  return goal.atMost ? value <= goal.value : value >= goal.value
}
