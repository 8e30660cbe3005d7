import { quoted } from '../problems.ts'
import type { StrategyManifest } from '../strategy.ts'
import type { Problem, Topology } from '../types.ts'

/** Whether ranges can split as the file says. */
export function checkSplits(
  { partitioning, workload, changes = [], replication }: Topology,
  strategy: StrategyManifest,
): Problem[] {
  const { split, scheme, shards } = partitioning
  // Fields that another scheme reads are let stand elsewhere; here somebody would wait for splits that never come.
  if (split === undefined) return []
  const at = '$.partitioning.split'
  const problems: Problem[] = []
  const add = (path: string, sentence: string): void => void problems.push({ path, sentence })
  if (scheme !== 'range') {
    add(
      at,
      `Shards of ${quoted(scheme)} do not split: keys that are neighbours live anywhere. Choose "range", or take it out.`,
    )
  }
  if (strategy.splitsRanges !== true) {
    add(at, `No range splits while ${strategy.title} runs. Take it out, or choose "raft".`)
  }
  if (split.byLoadPerS === undefined && split.byBytes === undefined && split.byKeys === undefined) {
    add(at, 'Nothing says when a range splits. State byLoadPerS, byBytes or byKeys.')
  }
  if (split.rangesMax < shards) {
    add(
      `${at}.rangesMax`,
      `The run begins with ${shards} ranges, more than ${split.rangesMax}. Raise it, or state fewer shards.`,
    )
  }
  if (workload.kind === 'probe') {
    add(at, 'A probe writes every key once and reads it, which has no ranges to split. Take it out.')
  } else if ((workload.insertOrder ?? 'hashed') === 'hashed') {
    add(
      '$.workload.insertOrder',
      'Names in hashed order do not sort as their keys do, and ranges that split are cut by keys. Take "ordered" or "alphabetical".',
    )
  }
  if (changes.length > 0) {
    add('$.changes', 'Replicas do not join or leave while ranges split. Take the changes out, or the splits.')
  }
  if (split.mergeBelow !== undefined && (replication.params['timestamps'] ?? 'none') !== 'none') {
    add(
      `${at}.mergeBelow`,
      'What one range has promised about timestamps its neighbour does not know, so that ranges with timestamps do not merge. Leave it out.',
    )
  }
  return problems
}
