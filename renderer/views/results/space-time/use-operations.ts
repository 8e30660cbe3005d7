import { onScopeDispose, shallowRef, watch } from 'vue'
import type { OperationTrace, PackedOperations } from '../../../../shared/ipc/contract.ts'
import { api, sentenceOf } from '../../../api/index.ts'
import type { Range } from '../../../model/range.ts'
import { withRows } from './packed.ts'

/** What one look may show; more would be a carpet. */
const OPERATIONS_MAX = 3_000
const FETCH_AFTER_MS = 60

/**
 * The operations of a run that lie in the part that is looked at, and the one that is chosen among them. Of many an even
 * choice is shown; rows in `focus` are never left out.
 */
export function useOperations(id: () => string, view: () => Range, focus: () => readonly number[] | null) {
  const ops = shallowRef<PackedOperations | null>(null)
  const trace = shallowRef<OperationTrace | null>(null)
  const failure = shallowRef<string | null>(null)
  /** Indices in the columns of `ops`. */
  const hovered = shallowRef<number | null>(null)
  const chosen = shallowRef<number | null>(null)

  let fetching: ReturnType<typeof setTimeout> | undefined
  let asked = 0
  watch(
    [view, id, focus],
    () => {
      clearTimeout(fetching)
      fetching = setTimeout(() => void fetchOperations(), FETCH_AFTER_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(fetching)
    asked++
  })

  async function fetchOperations(): Promise<void> {
    const mine = ++asked
    const { from: fromMs, to: toMs } = view()
    const query = { id: id(), fromMs, toMs, max: OPERATIONS_MAX, sessions: null, keys: null }
    try {
      const [some, kept] = await Promise.all([
        api.request('library.operations', query),
        rowsOf(focus() ?? []),
      ])
      if (mine !== asked) return
      const found = kept === null ? some : withRows(some, kept)
      keepChoice(found)
      ops.value = found
      failure.value = null
    } catch (error) {
      if (mine === asked) failure.value = sentenceOf(error)
    }
  }

  /** The same operation has another index in the next look. */
  function keepChoice(found: PackedOperations): void {
    const row = chosen.value === null ? null : (ops.value?.row[chosen.value] ?? null)
    const at = row === null ? -1 : found.row.indexOf(row)
    chosen.value = at < 0 ? null : at
    hovered.value = null
  }

  function choose(at: number | null): void {
    chosen.value = at
    trace.value = null
  }

  /** Some rows, whenever they were; null where none is asked for. */
  async function rowsOf(rows: readonly number[]): Promise<PackedOperations | null> {
    if (rows.length === 0) return null
    const all = { fromMs: 0, toMs: 0, max: rows.length, sessions: null, keys: null }
    return api.request('library.operations', { id: id(), ...all, rows: [...rows] })
  }

  /** The time from the first beginning to the last end of some rows; null where none is found. */
  async function spanOf(rows: readonly number[]): Promise<Range | null> {
    const found = await rowsOf(rows).catch(() => null)
    if (found === null || found.row.length === 0) return null
    return {
      from: Math.min(...found.invokedMs),
      to: Math.max(...found.endedMs.map((end, at) => end ?? found.invokedMs[at])),
    }
  }

  /** Asks for the messages on behalf of an operation. */
  async function follow(row: number): Promise<void> {
    try {
      const found = await api.request('library.trace', { id: id(), row })
      trace.value = found
      if (found.reason !== null) failure.value = found.reason
    } catch (error) {
      failure.value = sentenceOf(error)
    }
  }

  return { ops, trace, failure, hovered, chosen, choose, spanOf, follow }
}
