import { FUNCTIONS, OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'

const READ = FUNCTIONS.indexOf('read')
const WRITE = FUNCTIONS.indexOf('write')
const CAS = FUNCTIONS.indexOf('cas')

/** A record with tokens, and what its rows are. */
export interface Split {
  readonly ops: Operations
  /** Row of the original by row; −1 for a token's. */
  readonly original: Int32Array
  /** By token (its key less the original's number of keys), rows of the original: the first comes before the second. */
  readonly tokens: readonly (readonly [before: number, after: number])[]
}

/**
 * The record in which every process is two, one that reads and one that writes, so that writes need not come before later
 * reads. That reads come before later writes is kept by tokens: a key of its own, written after the last read and
 * read before the next write. A cas reads as well: it stands among the writes, and tokens keep it before later reads. An
 * order of this record is a sequential one just if it is one of the original in which sessions keep the order of
 * their reads, of their writes, and of writes after reads.
 */
export function splitProcesses(ops: Operations): Split {
  const original: number[] = []
  const tokens: [number, number][] = []
  const process: number[] = []
  const f: number[] = []
  const key: number[] = []
  const value: number[] = []
  const result: number[] = []
  const half = (row: number, isReader: boolean): number => 2 * ops.process[row] + (isReader ? 1 : 0)
  const addToken = (token: number, of: number, code: number): void => {
    original.push(-1)
    process.push(of)
    f.push(code)
    key.push(ops.keyCount + token)
    value.push(ops.valueCount + token)
    result.push(ops.valueCount + token)
  }
  /** By process: the last read that no write has followed yet, and the token of the last cas that no read has. */
  const lastRead = new Map<number, number>()
  const casToken = new Map<number, number>()
  for (let row = 0; row < ops.count; row++) {
    const reads = ops.f[row] === READ
    const before = lastRead.get(ops.process[row])
    const token = casToken.get(ops.process[row])
    if (reads && token !== undefined) {
      casToken.delete(ops.process[row])
      tokens[token][1] = row
      addToken(token, half(row, true), READ)
    } else if (!reads && before !== undefined) {
      lastRead.delete(ops.process[row])
      const next = tokens.push([before, row]) - 1
      addToken(next, half(row, true), WRITE)
      addToken(next, half(row, false), READ)
    }
    if (reads && ops.status[row] === OUTCOME.ok) lastRead.set(ops.process[row], row)
    original.push(row)
    process.push(half(row, reads))
    f.push(ops.f[row])
    key.push(ops.key[row])
    value.push(ops.value[row])
    result.push(ops.result[row])
    if (ops.f[row] === CAS && ops.status[row] === OUTCOME.ok) {
      // Written at once, before whatever else this half of the process does.
      casToken.set(ops.process[row], tokens.push([row, row]) - 1)
      addToken(tokens.length - 1, half(row, false), WRITE)
    }
  }
  const siblings = new Map<number, Uint32Array>()
  const status = Uint8Array.from(original, (row) => (row === -1 ? OUTCOME.ok : ops.status[row]))
  original.forEach((row, at) => {
    const several = row === -1 ? undefined : ops.siblings.get(row)
    if (several !== undefined) siblings.set(at, several)
  })
  return {
    ops: {
      ...ops,
      count: original.length,
      processCount: 2 * ops.processCount,
      keyCount: ops.keyCount + tokens.length,
      valueCount: ops.valueCount + tokens.length,
      process: Uint32Array.from(process),
      key: Uint32Array.from(key),
      f: Uint8Array.from(f),
      status,
      // Order among processes does not matter; that of each is the order of rows.
      invokedAt: Float64Array.from(original.keys()),
      endedAt: Float64Array.from(original, (_, at) => (status[at] === OUTCOME.info ? Infinity : at)),
      value: Uint32Array.from(value),
      expected: Uint32Array.from(original, (row) => (row === -1 ? 0 : (ops.expected[row] ?? 0))),
      result: Uint32Array.from(result),
      siblings,
      line: null,
      versionRank: null,
      initialKeys: Math.min(ops.initialKeys, ops.keyCount),
      keyName: (one) => (one < ops.keyCount ? ops.keyName(one) : `token ${one - ops.keyCount}`),
      valueText: (one) => (one < ops.valueCount ? ops.valueText(one) : `"token ${one - ops.valueCount}"`),
      rawValue: (one) => (one < ops.valueCount ? ops.rawValue(one) : `token ${one - ops.valueCount}`),
      processName: (one) => ops.processName(one >> 1),
    },
    original: Int32Array.from(original),
    tokens,
  }
}
