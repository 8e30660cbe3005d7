import { OP_NAMES, STATUS } from '../history/types.ts'
import type { History } from '../history/types.ts'
import { metricsOf } from '../metrics/index.ts'
import { PRELOADED } from '../protocols/contract.ts'
import { readRules as chainReadRules } from '../protocols/chain/config.ts'
import type { Params as ChainParams } from '../protocols/chain/config.ts'
import { readRules } from '../protocols/raft/config.ts'
import type { Params, ReadRules } from '../protocols/raft/config.ts'
import { readRules as zabReadRules } from '../protocols/zab/config.ts'
import type { Params as ZabParams } from '../protocols/zab/config.ts'
import type { Topology } from '../topology/types.ts'
import { clocksAreKept } from './clock-bounds.ts'

/** Clocks of random runs drift by less than this together. */
const DRIFT_MAX = 0.02
const PROBLEMS_MAX = 5

const READ = OP_NAMES.indexOf('read')
const SCAN = OP_NAMES.indexOf('scan')

/**
 * What the history of a strategy with one log must satisfy, judged by the log positions that are its versions: real
 * time for writes always, for reads where the settings say so, one position per value, and sessions that go forward.
 * A necessary condition of each guarantee, cheap enough for every random run; the checkers judge the rest.
 */
export function logOrderProblems(history: History, topology: Topology): string[] {
  const { consistency, replication } = topology
  const { reads, timestamps } = replication.params
  const rules =
    replication.strategy === 'zab'
      ? zabReadRules({ reads: reads as ZabParams['reads'] }, consistency)
      : replication.strategy === 'chain'
        ? chainReadRules({ reads: reads as ChainParams['reads'] }, consistency)
        : readRules(
            { reads: reads as Params['reads'], timestamps: timestamps as Params['timestamps'] },
            consistency,
          )
  // ZooKeeper's sync asks whoever takes itself for the leader; newest versions may never be committed.
  const isAnywhere = ['local', 'bounded', 'sync', 'committed', 'newest', 'limited'].includes(rules.path)
  const readsOldSnapshots = 'isStale' in rules && rules.isStale
  const isCurrent = !isAnywhere && !readsOldSnapshots && !rules.answersCutOff && clocksAreKept(topology)
  const isCommitted = !['newest', 'limited'].includes(rules.path)
  const problems = [
    ...goesBack(history, isCurrent, isCommitted),
    ...valuesMoved(history),
    ...sessionsGoBack(history, rules),
  ]
  if (rules.path === 'bounded' || (readsOldSnapshots && clocksAreKept(topology))) {
    const lagMs = metricsOf(history).staleness.timeLagMs.max ?? 0
    const boundMs = Number(replication.params['maxStalenessMs'])
    if (lagMs > boundMs * (1 + DRIFT_MAX))
      problems.push(`a read was ${lagMs} ms stale, the bound is ${boundMs} ms`)
  }
  return problems.slice(0, PROBLEMS_MAX)
}

function hasVersion({ ops }: History, row: number): boolean {
  return ops.status[row] === STATUS.ok && ops.f[row] !== SCAN
}

/** A read of a key that nobody wrote comes before all versions. */
function positionOf({ ops }: History, row: number): number {
  return Number.isNaN(ops.versionAt[row]) ? -1 : ops.versionAt[row]
}

/**
 * No operation returns a position before one that had been returned for its key when it began. What was read counts only if
 * it was committed: anything else may be lost with those that had it, and its position be given to another.
 */
function goesBack(history: History, judgesReads: boolean, isReadCommitted: boolean): string[] {
  const { ops } = history
  const rows = Array.from({ length: ops.count }, (_, row) => row).filter((row) => hasVersion(history, row))
  const ended = [...rows].sort((a, b) => ops.endedNs[a] - ops.endedNs[b])
  const begun = [...rows].sort((a, b) => ops.invokedNs[a] - ops.invokedNs[b])
  const newest = new Map<number, number>()
  const problems: string[] = []
  let next = 0
  for (const row of begun) {
    for (; next < ended.length && ops.endedNs[ended[next]] < ops.invokedNs[row]; next++) {
      const seen = ended[next]
      if (ops.f[seen] === READ && !isReadCommitted) continue
      newest.set(ops.key[seen], Math.max(newest.get(ops.key[seen]) ?? -1, positionOf(history, seen)))
    }
    if (ops.f[row] === READ && !judgesReads) continue
    const floor = newest.get(ops.key[row]) ?? -1
    if (positionOf(history, row) >= floor) continue
    problems.push(
      `${OP_NAMES[ops.f[row]]} ${row} of key ${ops.key[row]} is at ${positionOf(history, row)}, after ${floor} was known`,
    )
  }
  return problems
}

/** A value that has two positions was applied twice. */
function valuesMoved(history: History): string[] {
  const { ops } = history
  const positions = new Map<number, number>()
  const problems: string[] = []
  for (let row = 0; row < ops.count; row++) {
    if (!hasVersion(history, row)) continue
    const value = ops.f[row] === READ ? ops.result[row] : ops.value[row]
    if (value <= PRELOADED) continue
    const known = positions.get(value)
    const position = positionOf(history, row)
    if (known !== undefined && known !== position)
      problems.push(`value ${value} stands at ${known} and at ${position}`)
    positions.set(value, position)
  }
  return problems
}

/** Sessions see what they wrote, or what they read before, as far as they asked for it. */
function sessionsGoBack(
  history: History,
  { tokenOfReads, tokenOfWrites }: Pick<ReadRules, 'tokenOfReads' | 'tokenOfWrites'>,
): string[] {
  const { ops } = history
  const floors = new Map<string, number>()
  const problems: string[] = []
  for (let row = 0; row < ops.count; row++) {
    if (!hasVersion(history, row)) continue
    const name = `${ops.process[row]}/${ops.key[row]}`
    const position = positionOf(history, row)
    const floor = floors.get(name) ?? -1
    const isRead = ops.f[row] === READ
    if (isRead && position < floor)
      problems.push(`read ${row} of process ${ops.process[row]} goes back from ${floor} to ${position}`)
    if (isRead ? tokenOfReads : tokenOfWrites) floors.set(name, Math.max(floor, position))
  }
  return problems
}
