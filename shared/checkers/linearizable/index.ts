import { groupedDigits } from '../../base/digits.ts'
import type { CheckFigures, Checker, Operations, Verdict } from '../contract.ts'
import { keyWords } from '../evidence/index.ts'
import { rowsByKey } from '../operations/index.ts'
import { KeyJudge } from './key.ts'

export const linearizable: Checker = {
  name: 'linearizable',
  title: 'Linearizable',
  definition:
    'Every operation appears to take effect at one instant between its invocation and its return; operations of unknown outcome at some later instant, or never.',
  models: ['register', 'cas-register', 'counter', 'set', 'append-list', 'kv'],
  sources: [
    'M. Herlihy and J. Wing: Linearizability: A Correctness Condition for Concurrent Objects. TOPLAS 12(3), 1990',
    'P. Gibbons and E. Korach: Testing Shared Memories. SIAM J. Comput. 26(4), 1997',
    'J. Wing and C. Gong: Testing and Verifying Concurrent Objects. J. Parallel Distrib. Comput. 17, 1993',
    'G. Lowe: Testing for Linearizability. Concurrency and Computation 29(4), 2017',
    'A. Horn and D. Kroening: Faster Linearizability Checking via P-Compositionality. FORTE 2015',
  ],
  check: (ops, stepsMax) => checkLinearizable(ops, stepsMax),
}

/** Of its steps a first pass gives each key no more than this share, so that one hard key leaves some to the others. */
const FIRST_SHARE = 16

/**
 * Each key is judged alone: a history is linearizable if and only if that of every object is. Operations that meet in one
 * instant count as concurrent, except those of one process on one key.
 */
function checkLinearizable(ops: Operations, stepsMax: number): Verdict {
  const { rows, starts } = rowsByKey(ops)
  let rowsMax = 0
  for (let key = 0; key < ops.keyCount; key++) rowsMax = Math.max(rowsMax, starts[key + 1] - starts[key])
  const judge = new KeyJudge(ops, rowsMax)
  let open: number[] = []
  const figures = (): CheckFigures => ({
    keys: ops.keyCount,
    keysSearched: searched,
    searchSteps: judge.steps,
  })
  let searched = 0
  for (let key = 0; key < ops.keyCount; key++) {
    const verdict = judge.glance(rows.subarray(starts[key], starts[key + 1]))
    if (verdict.status === 'violated') return { ...verdict, figures: figures() }
    if (verdict.status === 'ambiguous') open.push(key)
  }
  searched = open.length
  let reason = ''
  for (const share of [FIRST_SHARE, 1]) {
    const undecided: number[] = []
    for (const key of open) {
      const steps = Math.min(Math.ceil(stepsMax / share), stepsMax - judge.steps)
      const verdict = judge.search(rows.subarray(starts[key], starts[key + 1]), steps)
      if (verdict.status === 'violated') return { ...verdict, figures: figures() }
      if (verdict.status !== 'undecided') continue
      undecided.push(key)
      const limit =
        verdict.ranOutOf === 'steps'
          ? `took more than ${groupedDigits(stepsMax)} steps`
          : 'needed more than 1.5 GiB'
      reason = `the search for a legal order${keyWords(ops, 'of', key)} ${limit}`
    }
    open = undecided
    if (open.length === 0) return { status: 'holds', figures: figures() }
  }
  return { status: 'undecided', reason, figures: figures() }
}
