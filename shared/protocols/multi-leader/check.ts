import { factorOf } from '../../plan/placement.ts'
import type { Problem, ReadLevel, Topology } from '../../topology/types.ts'

const PARAMS = '$.replication.params'

/** Heartbeats carry what each leader has of each other one, so their size grows with the square of the number. */
export const LEADERS_MAX = 100

/** Levels that reads cannot have, why, and what comes nearest. */
const REFUSED_READS: Partial<Record<ReadLevel, string>> = {
  linearizable:
    'A leader answers before the others know of a write, so another may still answer with what was there before. Use ' +
    '"causal", the strongest level that leaders have who do not wait for one another, or a consensus strategy.',
  sequential:
    'Leaders apply concurrent writes in different orders, so no single order explains what is read at all of them. Use ' +
    '"causal", or a strategy with one leader.',
  'bounded-staleness':
    'Nothing bounds how long an update is on its way here; the report measures how long it is. Use "causal" or ' +
    '"eventual", and state the bound under "expect".',
  'consistent-prefix':
    'There is no one order of all writes of which a leader could have the beginning. Use "causal": nobody sees an ' +
    'update without those that its author had seen.',
}

type Add = (path: string, sentence: string) => void

/** What spans fields: time limits against each other, and levels that are not offered, or not with these settings. */
export function check(topology: Topology): Problem[] {
  const problems: Problem[] = []
  const add: Add = (path, sentence) => problems.push({ path, sentence })
  checkTimes(topology, add)
  checkLevels(topology, add)
  return problems
}

function checkTimes(topology: Topology, add: Add): void {
  const { replication } = topology
  const members = factorOf(topology)
  const { heartbeatMs, suspectAfterMs } = replication.params as Record<string, number>
  if (members > LEADERS_MAX) {
    add(
      '$.replicas',
      `Each of ${members} replicas would be a leader that keeps track of all others; this strategy stops at ` +
        `${LEADERS_MAX}. Remove some, or use another strategy.`,
    )
  }
  if (heartbeatMs < suspectAfterMs) return
  add(
    `${PARAMS}.heartbeatMs`,
    `A heartbeat every ${heartbeatMs} ms leaves everyone under suspicion who is suspected after ${suspectAfterMs} ms. ` +
      'Make suspectAfterMs several times heartbeatMs.',
  )
}

function checkLevels({ consistency, replication, workload }: Topology, add: Add): void {
  const refused = REFUSED_READS[consistency.read]
  if (refused !== undefined) {
    add('$.consistency.read', refused)
    return
  }
  if (consistency.read === 'eventual' && consistency.session.length === 0) return
  const { conflicts, clock, durability, readConflicts } = replication.params
  const mend = 'or ask for "eventual" reads without session guarantees.'
  if (conflicts === 'last-writer-wins' && clock === 'wall') {
    add(
      `${PARAMS}.clock`,
      'A leader whose wall clock runs behind loses a write to the very version that it replaces, so sessions would not ' +
        `see what they wrote. Set clock to "hybrid", ${mend}`,
    )
  }
  if (durability === 'memory') {
    add(
      `${PARAMS}.durability`,
      `A leader that confirms from memory can forget what a session has seen. Set durability to "fsync", ${mend}`,
    )
  }
  if (conflicts === 'revision-tree' && readConflicts === true) {
    add(
      `${PARAMS}.readConflicts`,
      'A write replaces the winner alone, so reads that show the losing branches return what a session has long ' +
        `written over. Set readConflicts to false, use "siblings", ${mend}`,
    )
  }
  if (conflicts === 'revision-tree' && workload.kind === 'mix' && workload.mix.delete > 0) {
    add(
      '$.workload.mix',
      'To delete the winning revision brings back a losing one, which may be older than what a session has seen. Leave ' +
        `deletions out, use "siblings", ${mend}`,
    )
  }
}
