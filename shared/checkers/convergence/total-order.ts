import { FUNCTIONS, OUTCOME } from '../contract.ts'
import type { Checker, Evidence, Operations, Verdict } from '../contract.ts'
import { listed } from '../../base/listed.ts'
import { clause, edge, evidence, valueWords } from '../evidence/index.ts'
import { rowsByKey } from '../operations/index.ts'
import { components, Graph, KIND, shortestCycle } from '../txn/graph.ts'

const READ = FUNCTIONS.indexOf('read')

/** Order of the elements of a log or a queue, whatever is missing in between. */
export const totalOrder: Checker = {
  name: 'total-order',
  title: 'Total order of elements',
  definition:
    'All reads of a list show its elements in one order; elements may be missing, and those appended more than once do not count.',
  models: ['append-list'],
  sources: [
    'Hadzilacos, Toueg: "A Modular Approach to Fault-Tolerant Broadcasts", Cornell TR94-1425, 1994 (total order)',
    'Jepsen, jepsen.tests.kafka (Kingsbury): inconsistent offsets and reordered polls',
  ],
  check: judge,
}

function judge(ops: Operations): Verdict {
  const { rows, starts } = rowsByKey(ops)
  for (let key = 0; key < ops.keyCount; key++) {
    const reads = [...rows.subarray(starts[key], starts[key + 1])].filter(
      (row) => ops.f[row] === READ && ops.status[row] === OUTCOME.ok,
    )
    const found = disorder(ops, reads, repeated(ops, rows.subarray(starts[key], starts[key + 1])))
    if (found !== null) return { status: 'violated', evidence: found, figures: {} }
  }
  return { status: 'holds', figures: {} }
}

/** Elements that were appended more than once: which of them a read shows is not known, so their place says nothing. */
function repeated(ops: Operations, rows: Uint32Array): Set<number> {
  const once = new Set<number>()
  const more = new Set<number>()
  for (const row of rows) {
    if (ops.f[row] === READ || ops.status[row] === OUTCOME.fail) continue
    if (once.has(ops.value[row])) more.add(ops.value[row])
    once.add(ops.value[row])
  }
  return more
}

/** Reads whose orders do not fit together, or null. Linear in what the reads returned. */
function disorder(ops: Operations, reads: readonly number[], ignored: ReadonlySet<number>): Evidence | null {
  const nodes = new Map<number, number>()
  const values: number[] = []
  const graph = new Graph(0)
  /** The read behind each edge. */
  const shownBy: number[] = []
  const known = new Set<number>()
  for (const row of reads) {
    let last = -1
    for (const value of ops.lists[ops.result[row]]) {
      if (ignored.has(value)) continue
      let node = nodes.get(value)
      if (node === undefined) {
        node = graph.addNode()
        nodes.set(value, node)
        values.push(value)
      }
      const pair = last * ops.valueCount + value
      if (last !== -1 && last !== value && !known.has(pair)) {
        known.add(pair)
        graph.addEdge(nodes.get(last) as number, node, KIND.time, 0)
        shownBy.push(row)
      }
      last = value
    }
  }
  if (components(graph).length === 0) return null
  const cycle = shortestCycle(graph) as number[]
  const rows = [...new Set(cycle.map((one) => shownBy[one]))].sort((a, b) => a - b)
  const round = cycle.map((one) => valueWords(ops, values[graph.tail(one)]))
  const told = listed(rows.map((row) => clause(ops, row)))
  return evidence(`${told}: no one order of ${listed(round)} fits them`, rows, {
    anomaly: 'incompatible order',
    edges: rows
      .slice(1)
      .map((row, i) => edge(rows[i], row, 'must-precede', 'the two show elements in different orders')),
  })
}
