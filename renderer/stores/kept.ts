import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import type { JobStatus } from '../../shared/ipc/contract.ts'
import { essenceOf } from '../../shared/report/datasheet/essence.ts'
import { api } from '../api/index.ts'
import { useDocument } from './document.ts'

/** Things kept in memory of each kind. */
const CACHED_MAX = 12

/** Fetches a thing by its id, those used last from memory. */
export function cached<Thing>(fetch: (id: string) => Promise<Thing>): (id: string) => Promise<Thing> {
  /** The latest used last. */
  const things = new Map<string, Thing>()
  return async (id) => {
    const found = things.get(id) ?? (await fetch(id))
    things.delete(id)
    things.set(id, found)
    if (things.size > CACHED_MAX) things.delete([...things.keys()][0])
    return found
  }
}

interface Kept {
  readonly id: string
}

/** A list that the lab keeps. */
export function useEntries<Entry extends Kept>(): {
  readonly entries: ShallowRef<readonly Entry[]>
  readonly isLoaded: ShallowRef<boolean>
  /** The one that is shown. */
  readonly selectedId: ShallowRef<string | null>
  /** What there is now; what is gone is no longer shown. */
  take: (entries: readonly Entry[]) => void
} {
  const entries = shallowRef<readonly Entry[]>([])
  const isLoaded = shallowRef(false)
  const selectedId = shallowRef<string | null>(null)

  function take(now: readonly Entry[]): void {
    entries.value = now
    isLoaded.value = true
    if (!now.some(({ id }) => id === selectedId.value)) selectedId.value = null
  }

  return { entries, isLoaded, selectedId, take }
}

/** Those of a list that are laid side by side, in the order of their marking, for as long as they are there. */
export function useCompared(entries: ShallowRef<readonly Kept[]>): {
  readonly comparedIds: ShallowRef<readonly string[]>
  toggleCompared: (id: string) => void
} {
  const comparedIds = shallowRef<readonly string[]>([])

  function toggleCompared(id: string): void {
    const has = comparedIds.value.includes(id)
    comparedIds.value = has ? comparedIds.value.filter((each) => each !== id) : [...comparedIds.value, id]
  }

  watch(
    entries,
    (now) => {
      const ids = new Set(now.map(({ id }) => id))
      comparedIds.value = comparedIds.value.filter((id) => ids.has(id))
    },
    { flush: 'sync' },
  )
  return { comparedIds, toggleCompared }
}

/** Has a list fetched now, whenever the lab says that it is another one, and once a broken connection is back. */
export function keepFresh(onChange: (tell: () => void) => unknown, refresh: () => Promise<void>): void {
  // Fails only where the connection breaks meanwhile, and is done again when it is back.
  const tryToRefresh = () => void refresh().catch(() => undefined)
  onChange(tryToRefresh)
  api.onReconnect(tryToRefresh)
  tryToRefresh()
}

/** What is made of the open topology and takes its time, one at a time, whichever window asked for it. */
export function useMade<Entry extends Kept, Status extends JobStatus>(source: {
  list: () => Promise<{ readonly entries: readonly Entry[]; readonly job: Status | null }>
  onChange: (tell: () => void) => unknown
  onStatus: (hear: (status: Status) => void) => unknown
  /** One that was under way here has come to its end and is kept. */
  made?: (status: Status & { entryId: string }) => void
}): Omit<ReturnType<typeof useEntries<Entry>>, 'take'> & {
  readonly job: ShallowRef<Status | null>
  readonly isMaking: ComputedRef<boolean>
  /** Of what is open; null where it is no sound topology. */
  readonly essence: ComputedRef<string | null>
  refresh: () => Promise<void>
  /** Once, by whoever shows them first. */
  begin: () => void
} {
  const doc = useDocument()
  const { take, ...list } = useEntries<Entry>()
  const job: ShallowRef<Status | null> = shallowRef(null)
  let hasBegun = false

  const isMaking = computed(() => job.value?.state === 'running')
  const essence = computed(() => {
    const topology = doc.isOpen ? doc.check?.topology : null
    return topology === null || topology === undefined ? null : essenceOf(topology)
  })

  async function refresh(): Promise<void> {
    const answer = await source.list()
    take(answer.entries)
    job.value = answer.job
  }

  function hear(status: Status): void {
    const wasMaking = isMaking.value
    job.value = status
    const { entryId } = status
    if (wasMaking && entryId !== null) source.made?.({ ...status, entryId })
  }

  function begin(): void {
    if (hasBegun) return
    hasBegun = true
    source.onStatus(hear)
    keepFresh(source.onChange, refresh)
  }

  return { ...list, job, isMaking, essence, refresh, begin }
}
