import { MICRO, OUTCOME, UNKNOWN_READ } from '../contract.ts'
import type { Operations } from '../contract.ts'
import { listWords, valueWords } from '../evidence/index.ts'

/** Longer transactions are cut in sentences. */
const MICROS_MAX = 8

/** "process 3's [r x 1, append y 2]". */
export function txnWords(ops: Operations, row: number): string {
  const who = `process ${ops.processName(ops.process[row])}'s`
  const doubt =
    ops.status[row] === OUTCOME.info
      ? ' (outcome unknown)'
      : ops.status[row] === OUTCOME.fail
        ? ' (failed)'
        : ''
  return `${who} [${microWords(ops, row)}]${doubt}`
}

/** What a transaction did: "r x 1, append y 2". */
export function microWords(ops: Operations, row: number): string {
  const { txns } = ops
  if (txns === null) return ''
  const parts: string[] = []
  for (let at = txns.from[row]; at < txns.from[row + 1]; at++) {
    if (parts.length === MICROS_MAX) {
      parts.push('…')
      break
    }
    const key = ops.keyName(txns.key[at])
    const value = txns.value[at]
    if (txns.f[at] === MICRO.write) parts.push(`w ${key} ${valueWords(ops, value)}`)
    else if (txns.f[at] === MICRO.append) parts.push(`append ${key} ${valueWords(ops, value)}`)
    else if (value === UNKNOWN_READ) parts.push(`r ${key} ?`)
    else parts.push(`r ${key} ${txns.readsLists ? listWords(ops, value) : valueWords(ops, value)}`)
  }
  return parts.join(', ')
}
