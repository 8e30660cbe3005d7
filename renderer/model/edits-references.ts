import { changesOf, removeChange } from './change-edits.ts'
import { setValue } from './edits-settings.ts'
import type { FaultFile, LinkFile, TopologyFile } from './file.ts'

/** Where a file speaks of places by name: entries of links, faults, and replicas that join and leave. */

/** Follows a place to its new name. */
export function renamedIn(file: TopologyFile, from: string, to: string): TopologyFile {
  const renamed = (name: unknown): unknown => (name === from ? to : name)
  const between = file.links?.between?.map((entry) =>
    entry.from === from || entry.to === from
      ? { ...entry, from: renamed(entry.from) as string, to: renamed(entry.to) as string }
      : entry,
  )
  const faults = file.faults?.map((fault) => withNames(fault, renamed))
  const changes = changesOf(file)
  let next = file
  if (between !== undefined) next = setValue(next, ['links', 'between'], between)
  if (faults !== undefined) next = setValue(next, ['faults'], faults)
  for (const [index, change] of changes.entries())
    if (change?.replica === from) next = setValue(next, ['changes', index, 'replica'], to)
  return next
}

/** Forgets places: their links and changes go; a fault goes where it has lost its object, else it strikes those that are left. */
export function removedFrom(file: TopologyFile, gone: ReadonlySet<string>): TopologyFile {
  const between = file.links?.between?.filter(
    (entry: LinkFile) => !gone.has(entry.from) && !gone.has(entry.to),
  )
  const faults = file.faults?.map((fault) => withoutPlaces(fault, gone)).filter((fault) => fault !== null)
  const changes = changesOf(file)
  let next = file
  if (between !== undefined && between.length < (file.links?.between?.length ?? 0))
    next = setValue(next, ['links', 'between'], between.length === 0 ? undefined : between)
  if (faults !== undefined)
    next = setValue(next, ['faults'], faults.length === 0 && file.faults?.length !== 0 ? undefined : faults)
  for (let index = changes.length - 1; index >= 0; index--)
    if (gone.has(changes[index]?.replica ?? '')) next = removeChange(next, index)
  return next
}

function withNames(fault: FaultFile, renamed: (name: unknown) => unknown): FaultFile {
  const next: Record<string, unknown> = { ...fault }
  for (const field of ['replica', 'from', 'to']) if (field in next) next[field] = renamed(next[field])
  if (Array.isArray(next.replicas)) next.replicas = next.replicas.map(renamed)
  if (Array.isArray(next.groups))
    next.groups = next.groups.map((group: unknown) => (Array.isArray(group) ? group.map(renamed) : group))
  return next as FaultFile
}

function withoutPlaces(fault: FaultFile, gone: ReadonlySet<string>): FaultFile | null {
  const isGone = (name: unknown): boolean => typeof name === 'string' && gone.has(name)
  if (['replica', 'from', 'to'].some((field) => isGone(fault[field]))) return null
  if (Array.isArray(fault.replicas)) {
    const replicas = fault.replicas.filter((name) => !isGone(name))
    return replicas.length === 0 ? null : { ...fault, replicas }
  }
  if (!Array.isArray(fault.groups)) return fault
  const groups = fault.groups
    .map((group: unknown) => (Array.isArray(group) ? group.filter((name) => !isGone(name)) : group))
    .filter((group) => !Array.isArray(group) || group.length > 0)
  // A single group means "these against all others": two groups that shrink to one must not come to mean that.
  const hasLostItsSides = groups.length === 0 || (groups.length === 1 && fault.groups.length > 1)
  return hasLostItsSides ? null : { ...fault, groups }
}
