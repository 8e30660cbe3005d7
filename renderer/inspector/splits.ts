import type { TopologyCheck } from '../../shared/ipc/contract.ts'
import { countOf, formatNumber } from '../../shared/report/numbers.ts'
import { DEFAULTS } from '../../shared/topology/defaults.ts'
import type { SplitSpec, Topology } from '../../shared/topology/types.ts'
import { setValue, valueAt } from '../model/edits-settings.ts'
import type { TopologyFile } from '../model/file.ts'
import { formatMs } from '../model/units.ts'

/** What a range may be asked for when somebody first lets ranges split: CockroachDB's figure. */
const LOAD_PER_S = 2_500

/** Names in hashed order do not sort as their keys do, so that ranges cannot be cut by them. */
export function hasHashedNames(file: TopologyFile): boolean {
  return (
    valueAt(file, ['workload', 'kind']) !== 'probe' &&
    (valueAt(file, ['workload', 'insertOrder']) ?? 'hashed') === 'hashed'
  )
}

/** The file with ranges that split, or without. Hashed names of keys become ordered ones for it. */
export function withSplits(file: TopologyFile, isOn: boolean): TopologyFile {
  if (!isOn) return setValue(file, ['partitioning', 'split'], undefined)
  const next = setValue(file, ['partitioning', 'split'], { byLoadPerS: LOAD_PER_S })
  return hasHashedNames(file) ? setValue(next, ['workload', 'insertOrder'], 'ordered') : next
}

/** What ranges come to by their size alone, before clients have asked for anything. */
export interface SizeSplits {
  /** New borders in the key space, 0 … 1, ascending. */
  readonly borders: readonly number[]
  /** Ranges that split, of those that there are when the run begins. */
  readonly beyond: number
  /** Ranges in the end. */
  readonly count: number
}

/**
 * A range beyond its limit of keys or bytes is cut in the middle at each look, and its halves at the next, as long as there
 * are numbers left for them (`shared/simulator/range-operator.ts`). What load does besides is known to nobody yet.
 */
export function sizeSplits(
  placement: TopologyCheck['placement'],
  { partitioning: { split }, workload }: Topology,
): SizeSplits {
  const keys = workload.kind === 'mix' ? workload.keys : 0
  const limit = Math.min(split?.byKeys ?? Infinity, (split?.byBytes ?? Infinity) / workload.valueBytes)
  let from = 0
  let ranges = placement.map(({ share }) => {
    const range = { from, share }
    from += share
    return range
  })
  const beyond = ranges.filter(({ share }) => share * keys > limit).length
  const borders: number[] = []
  let left = Math.max(0, (split?.rangesMax ?? 0) - ranges.length)
  let isDone = false
  while (!isDone) {
    isDone = true
    ranges = ranges.flatMap((range) => {
      // A single key is not cut.
      if (range.share * keys <= Math.max(limit, 1) || left === 0) return [range]
      const half = range.share / 2
      left--
      isDone = false
      borders.push(range.from + half)
      return [
        { from: range.from, share: half },
        { from: range.from + half, share: half },
      ]
    })
  }
  return { borders: borders.sort((a, b) => a - b), beyond, count: ranges.length }
}

/** What will become of the ranges, as far as the file tells. */
export function splitWords(placement: TopologyCheck['placement'], topology: Topology): string[] {
  const { split } = topology.partitioning
  if (split === undefined) return []
  const { durationMs } = topology.run
  if (split.checkEveryMs >= durationMs)
    return [
      `The run ends after ${formatMs(durationMs)}, before ranges are looked at for the first time: none splits. Look more often, or run longer.`,
    ]
  return [...sizeWords(split, sizeSplits(placement, topology), placement.length), ...loadWords(split)]
}

function sizeWords(split: SplitSpec, { beyond, count }: SizeSplits, ranges: number): string[] {
  if (split.byKeys === undefined && split.byBytes === undefined) return []
  if (beyond === 0) return ['No range is beyond its size when the run begins.']
  const all = beyond === 1 ? 'One range is' : `${formatNumber(beyond)} ranges are`
  return count === ranges
    ? [`${all} beyond their size when the run begins, and no more ranges are allowed.`]
    : [
        `${all} beyond their size when the run begins: ${countOf(ranges, 'range')} become ${formatNumber(count)}, where the dashes are.`,
      ]
}

function loadWords({ byLoadPerS, checkEveryMs = DEFAULTS.split.checkEveryMs }: SplitSpec): string[] {
  if (byLoadPerS === undefined) return []
  return [
    `A range that is asked more than ${formatNumber(byLoadPerS)} times a second over ${formatMs(checkEveryMs)} splits at the key that halves its load, if one does.`,
  ]
}
