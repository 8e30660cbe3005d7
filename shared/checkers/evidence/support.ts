import { FUNCTIONS, OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'

const READ = FUNCTIONS.indexOf('read')
const CAS = FUNCTIONS.indexOf('cas')

/**
 * What a row's testimony rests on: `support(row)` are the rows without which it would contradict the record only because
 * they are gone. A part of a history that holds its own support proves a violation of the whole: a legal order of the
 * whole, with everything else struck out, would be a legal order of the part. Takes the rows that may be part of it.
 */
export function supportOf(ops: Operations, rows: readonly number[]): (row: number) => readonly number[] {
  const isMutator = (row: number): boolean => ops.f[row] !== READ && ops.status[row] !== OUTCOME.fail
  const mutators = rows.filter(isMutator)
  const byValue = new Map<string, number[]>()
  for (const row of mutators) {
    const slot = `${ops.key[row]} ${ops.value[row]}`
    const list = byValue.get(slot)
    if (list === undefined) byValue.set(slot, [row])
    else list.push(row)
  }
  const writersOf = (key: number, value: number): readonly number[] => byValue.get(`${key} ${value}`) ?? []
  const ofKey = (row: number): number[] => mutators.filter((other) => ops.key[other] === ops.key[row])
  const textOf = (id: number): string => {
    const raw = ops.rawValue(id)
    return typeof raw === 'string' ? raw : ''
  }
  return (row) => {
    const key = ops.key[row]
    if (ops.f[row] === CAS) {
      // A mismatch may be anybody's doing who put something else there.
      const mismatched = ops.status[row] === OUTCOME.ok && ops.result[row] === 0
      return mismatched ? ofKey(row) : writersOf(key, ops.expected[row])
    }
    if (ops.f[row] !== READ) return []
    switch (ops.model) {
      case 'counter':
        return ofKey(row)
      case 'set':
      case 'append-list':
        return [...new Set(ops.lists[ops.result[row]])].flatMap((id) => writersOf(key, id))
      case 'kv': {
        const text = textOf(ops.result[row])
        return ofKey(row).filter((other) => text.includes(textOf(ops.value[other])))
      }
      default:
        return [...(ops.siblings.get(row) ?? [ops.result[row]])].flatMap((id) => writersOf(key, id))
    }
  }
}
