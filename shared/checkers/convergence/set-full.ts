import { NS_PER_MS } from '../../base/time.ts'
import { FUNCTIONS, OUTCOME } from '../contract.ts'
import type { CheckFigures, Checker, Evidence, Operations, Verdict } from '../contract.ts'
import { clause, edge, evidence, valueWords } from '../evidence/index.ts'
import { rowsByKey } from '../operations/index.ts'

const READ = FUNCTIONS.indexOf('read')
const REMOVE = FUNCTIONS.indexOf('remove')
const NONE = -1

/** What became of one element of one key. Rows, or NONE. */
interface Element {
  readonly value: number
  /** The first attempt to add it that may have worked. */
  add: number
  /** What made it known: its acknowledgement, or the end of the first read that showed it. */
  known: number
  knownAt: number
  /** The reads begun last that showed it, and that did not. */
  lastPresent: number
  lastAbsent: number
  /** How often it may stand in a list. */
  adds: number
}

/** Accounts of all elements that were added, as Jepsen's `set-full` keeps them. */
export const setFull: Checker = {
  name: 'set-full',
  title: 'Elements accounted for',
  definition:
    'Every element that was acknowledged or seen is in all reads that begin later than some instant; none shows that was not added, nor more often than it was.',
  models: ['set', 'append-list'],
  sources: [
    'Jepsen, jepsen.checker/set-full (Kingsbury): stable, lost, never read, stale and duplicated elements',
  ],
  check: judge,
}

interface Accounts {
  attempts: number
  acknowledged: number
  stable: number
  neverRead: number
  stale: number
  staleMaxNs: number
  lost: Element[]
  duplicated: { value: number; read: number }[]
  unexpected: { value: number; read: number }[]
}

function judge(ops: Operations): Verdict {
  const accounts: Accounts = {
    attempts: 0,
    acknowledged: 0,
    stable: 0,
    neverRead: 0,
    stale: 0,
    staleMaxNs: 0,
    lost: [],
    duplicated: [],
    unexpected: [],
  }
  const { rows, starts } = rowsByKey(ops)
  for (let key = 0; key < ops.keyCount; key++)
    account(ops, rows.subarray(starts[key], starts[key + 1]), accounts)
  const figures: CheckFigures = {
    attempts: accounts.attempts,
    acknowledged: accounts.acknowledged,
    stable: accounts.stable,
    lost: accounts.lost.length,
    neverRead: accounts.neverRead,
    stale: accounts.stale,
    ...(ops.hasTimes ? { staleMaxMs: accounts.staleMaxNs / NS_PER_MS } : {}),
    duplicated: accounts.duplicated.length,
    unexpected: accounts.unexpected.length,
  }
  const found = worst(ops, accounts)
  if (found !== null) return { status: 'violated', evidence: found, figures }
  if (accounts.attempts > 0 && accounts.stable === 0)
    return { status: 'undecided', reason: 'no element was read after it was added', figures }
  return { status: 'holds', figures }
}

/** One key: O(rows + elements that its reads returned). */
function account(ops: Operations, rows: Uint32Array, accounts: Accounts): void {
  const elements = new Map<number, Element>()
  const removed = new Set<number>()
  const reads: number[] = []
  for (const row of rows) {
    if (ops.f[row] === READ) {
      if (ops.status[row] === OUTCOME.ok) reads.push(row)
    } else if (ops.f[row] === REMOVE) removed.add(ops.value[row])
    else {
      accounts.attempts++
      if (ops.status[row] !== OUTCOME.fail) added(ops, row, elements)
      if (ops.status[row] === OUTCOME.ok) accounts.acknowledged++
    }
  }
  // Last read first: an element is still unbroken while every read looked at shows it.
  const unbroken = new Set(elements.values())
  for (const row of reads.reverse()) {
    const counts = new Map<number, number>()
    for (const value of ops.lists[ops.result[row]]) counts.set(value, (counts.get(value) ?? 0) + 1)
    for (const element of unbroken)
      if (!counts.has(element.value)) {
        element.lastAbsent = row
        unbroken.delete(element)
      }
    for (const [value, times] of counts) {
      const element = elements.get(value)
      if (element === undefined) accounts.unexpected.push({ value, read: row })
      else {
        if (times > element.adds) accounts.duplicated.push({ value, read: row })
        if (element.lastPresent === NONE) element.lastPresent = row
        if (ops.endedAt[row] < element.knownAt) {
          element.known = row
          element.knownAt = ops.endedAt[row]
        }
      }
    }
  }
  for (const element of elements.values()) if (!removed.has(element.value)) close(ops, element, accounts)
}

function added(ops: Operations, row: number, elements: Map<number, Element>): void {
  const value = ops.value[row]
  let element = elements.get(value)
  if (element === undefined) {
    element = {
      value,
      add: row,
      known: NONE,
      knownAt: Infinity,
      lastPresent: NONE,
      lastAbsent: NONE,
      adds: 0,
    }
    elements.set(value, element)
  }
  element.adds++
  if (ops.status[row] === OUTCOME.ok && ops.endedAt[row] < element.knownAt) {
    element.known = row
    element.knownAt = ops.endedAt[row]
  }
}

function close(ops: Operations, element: Element, accounts: Accounts): void {
  const { known, knownAt, lastPresent, lastAbsent } = element
  const isMissedLate = known !== NONE && lastAbsent !== NONE && ops.invokedAt[lastAbsent] > knownAt
  if (lastPresent !== NONE && lastPresent > lastAbsent) {
    accounts.stable++
    if (!isMissedLate) return
    accounts.stale++
    accounts.staleMaxNs = Math.max(accounts.staleMaxNs, ops.invokedAt[lastAbsent] - knownAt)
  } else if (isMissedLate) accounts.lost.push(element)
  else accounts.neverRead++
}

function worst(ops: Operations, { lost, duplicated, unexpected }: Accounts): Evidence | null {
  const more = (count: number): string => (count === 1 ? '' : `; so it is with ${count - 1} more elements`)
  if (lost.length > 0) {
    const { value, known, lastPresent, lastAbsent, add } = lost[0]
    const seen = lastPresent === NONE ? clause(ops, known) : clause(ops, lastPresent)
    const sentence = `${seen}, and later ${clause(ops, lastAbsent)}, without ${valueWords(ops, value)}, which was never seen again${more(lost.length)}`
    return evidence(sentence, [add, known, lastPresent, lastAbsent], {
      anomaly: 'lost element',
      edges: [
        edge(known, lastAbsent, 'real-time', `${valueWords(ops, value)} was known before the read began`),
      ],
    })
  }
  if (unexpected.length > 0) {
    const { value, read } = unexpected[0]
    const sentence = `${clause(ops, read)}, with ${valueWords(ops, value)}, which nobody added${more(unexpected.length)}`
    return evidence(sentence, [read], { anomaly: 'unexpected element' })
  }
  if (duplicated.length > 0) {
    const { value, read } = duplicated[0]
    const sentence = `${clause(ops, read)}, with ${valueWords(ops, value)} more often than it was added${more(duplicated.length)}`
    return evidence(sentence, [read], { anomaly: 'duplicated element' })
  }
  return null
}
