import { DEFAULTS } from '../../shared/topology/defaults.ts'
import type { FaultSpec } from '../../shared/topology/types.ts'
import type { Selected } from '../stores/ui.ts'
import { setValue, withoutField } from './edits-settings.ts'
import type { FaultFile, TopologyFile } from './file.ts'

/**
 * Edits of the faults of a file, which are named by their index in it. Each returns the same object where nothing
 * changes. The order of the file is the order of the lanes on the timeline: moving a fault in time never moves it there.
 */

export type FaultKind = FaultSpec['kind']

/** Fields in the order in which a person would write them, and the lab's own writer does. */
const ORDER: readonly string[] = [
  ...['atMs', 'kind', 'groups', 'replica', 'replicas', 'from', 'to', 'oneWay', 'plusMs', 'lossPpm'],
  ...['offsetMs', 'driftPpm', 'fsync', 'forMs'],
]

/** When a fault begins and, unless it lasts to the end of the run, for how long. */
export interface FaultTimes {
  readonly atMs: number
  readonly forMs: number | null
}

/** The faults with their indices kept; null where the file, which may be half typed, has something else. */
export function faultsOf(file: TopologyFile): readonly (FaultFile | null)[] {
  const faults: unknown = file.faults
  return Array.isArray(faults) ? faults.map((fault: unknown) => (isFault(fault) ? fault : null)) : []
}

function isFault(value: unknown): value is FaultFile {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string'
}

export function faultAt(file: TopologyFile, index: number): FaultFile | null {
  return faultsOf(file)[index] ?? null
}

/** An instant is what has no length to give: a restart. */
export function isInstant(fault: FaultFile): boolean {
  return fault.kind === 'restart'
}

export function timesOf(fault: FaultFile): FaultTimes {
  const { atMs, forMs } = fault as Readonly<Record<string, unknown>>
  const isLength = typeof forMs === 'number' && forMs > 0 && !isInstant(fault)
  return { atMs: typeof atMs === 'number' ? atMs : 0, forMs: isLength ? forMs : null }
}

/** How long the file's runs last. */
export function durationMsOf(file: TopologyFile): number {
  const durationMs: unknown = file.run?.durationMs
  return typeof durationMs === 'number' && durationMs > 0 ? durationMs : DEFAULTS.run.durationMs
}

/** Adds faults at the end of the list; the first of them has the index that the list was long before. */
export function addFaults(file: TopologyFile, faults: readonly FaultFile[]): TopologyFile {
  if (faults.length === 0) return file
  return setValue(file, ['faults'], [...listOf(file), ...faults.map(ordered)])
}

/** Removes a fault; with the last one the whole list goes. */
export function removeFault(file: TopologyFile, index: number): TopologyFile {
  const faults = listOf(file)
  if (!(index in faults)) return file
  const left = faults.toSpliced(index, 1)
  return setValue(file, ['faults'], left.length === 0 ? undefined : left)
}

/** Puts a copy right below the fault. */
export function duplicateFault(file: TopologyFile, index: number): TopologyFile {
  const faults = listOf(file)
  return index in faults ? setValue(file, ['faults'], faults.toSpliced(index, 0, faults[index])) : file
}

export function setTimes(file: TopologyFile, index: number, times: FaultTimes): TopologyFile {
  const next = setFaultField(file, index, 'atMs', times.atMs)
  const fault = faultAt(next, index)
  return fault === null || isInstant(fault)
    ? next
    : setFaultField(next, index, 'forMs', times.forMs ?? undefined)
}

/** Sets one field, in its place among the others; undefined clears it. */
export function setFaultField(file: TopologyFile, index: number, name: string, value: unknown): TopologyFile {
  const fault = faultAt(file, index)
  if (fault === null) return file
  if (value === undefined) return setValue(file, ['faults', index], withoutField(fault, name))
  if (name in fault) return setValue(file, ['faults', index, name], value)
  const entries = Object.entries(fault)
  const later = entries.findIndex(([other]) => rankOf(other) > rankOf(name))
  entries.splice(later < 0 ? entries.length : later, 0, [name, value])
  return setValue(file, ['faults', index], Object.fromEntries(entries))
}

/** Gives a fault another kind: what both kinds have stays, the rest is as in a new fault of that kind. */
export function changeKind(file: TopologyFile, index: number, kind: FaultKind): TopologyFile {
  const fault = faultAt(file, index)
  if (fault === null || fault.kind === kind) return file
  const fresh = newFault(file, kind, timesOf(fault), subjectsOf(fault))
  const kept = Object.entries(fault).filter(
    ([name]) => name in fresh && name !== 'kind' && name !== 'atMs' && name !== 'forMs',
  )
  const roleless = kind === 'restart' ? kept.filter(([name]) => name !== 'replica') : kept
  return setValue(file, ['faults', index], ordered({ ...fresh, ...Object.fromEntries(roleless) }))
}

/**
 * A fault of a kind, whole and sound as far as the file allows: it strikes the places that are named, else what stands
 * first. Places that a kind cannot strike (a client cannot crash) are passed over.
 */
export function newFault(
  file: TopologyFile,
  kind: FaultKind,
  { atMs, forMs }: FaultTimes,
  places: readonly string[] = [],
): FaultFile {
  const length = forMs === null ? {} : { forMs }
  const replicas = replicasAmong(file, places)
  const replica = replicas[0] ?? file.replicas[0]?.id ?? ''
  switch (kind) {
    case 'partition':
      return { atMs, kind, groups: [places.length > 0 ? [...places] : [replica]], ...length }
    case 'isolate':
    case 'crash':
    case 'pause':
      return { atMs, kind, replica, ...length }
    case 'restart': {
      const crashed = crashedBefore(file, atMs)
      const named = replicas.find((id) => crashed.includes(id)) ?? replicas.find((id) => places.includes(id))
      return { atMs, kind, replica: named ?? crashed.at(-1) ?? replica }
    }
    case 'cut':
      return { atMs, kind, ...endsFor(file, places), ...length }
    case 'slow':
      return { atMs, kind, ...endsFor(file, places), plusMs: 50, ...length }
    case 'loss':
      return { atMs, kind, ...endsFor(file, places), lossPpm: 50_000, ...length }
    case 'clock':
      return { atMs, kind, replica, offsetMs: 250, ...length }
    case 'slow-disk':
      return { atMs, kind, replica, fsync: 50, ...length }
    case 'power-loss':
      return { atMs, kind, replicas: replicas.length > 0 ? replicas : [replica], ...length }
  }
}

/** Places that a selection on the canvas names, in its order. */
export function placesSelected(selection: readonly Selected[]): string[] {
  const names = selection.flatMap((each) => (each.kind === 'link' ? [each.from, each.to] : [each.id]))
  return [...new Set(names)]
}

/** Replicas among places; a region stands for all of its own. */
function replicasAmong(file: TopologyFile, places: readonly string[]): string[] {
  const found = places.flatMap((name) =>
    file.replicas.filter(({ id, region }) => id === name || region === name).map(({ id }) => id),
  )
  return [...new Set(found)]
}

/** Two ends of a link: those that are named, else what stands first among places of the same sort. */
function endsFor(file: TopologyFile, places: readonly string[]): { from: string; to: string } {
  const isWide =
    places.length === 0 ? file.regions.length > 1 : file.regions.some(({ id }) => id === places[0])
  const among = isWide ? file.regions : [...file.replicas, ...file.clients]
  const [from = among[0]?.id ?? '', to = among.find(({ id }) => id !== from)?.id ?? from] = places
  return { from, to }
}

/** Replicas that a crash before this instant strikes, by name, the latest crash last. */
function crashedBefore(file: TopologyFile, atMs: number): string[] {
  const names = new Set(file.replicas.map(({ id }) => id))
  return faultsOf(file)
    .filter((fault) => fault !== null)
    .filter((fault) => (fault.kind === 'crash' || fault.kind === 'power-loss') && timesOf(fault).atMs < atMs)
    .sort((a, b) => timesOf(a).atMs - timesOf(b).atMs)
    .flatMap((fault) => subjectsOf(fault).filter((id) => names.has(id)))
}

/** Places that a fault names; roles are none. */
export function subjectsOf(fault: FaultFile): string[] {
  const { replica, from, to, replicas, groups } = fault as Readonly<Record<string, unknown>>
  const lists: readonly unknown[] = Array.isArray(groups) ? groups : [replicas]
  return [
    replica,
    from,
    to,
    ...lists.flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : [])),
  ].filter((name): name is string => typeof name === 'string' && name !== 'leader' && name !== 'follower')
}

function ordered(fault: FaultFile): FaultFile {
  const entries = Object.entries(fault).sort(([a], [b]) => rankOf(a) - rankOf(b))
  return Object.fromEntries(entries) as FaultFile
}

function rankOf(name: string): number {
  const rank = ORDER.indexOf(name)
  return rank < 0 ? ORDER.length : rank
}

function listOf(file: TopologyFile): readonly unknown[] {
  const faults: unknown = file.faults
  return Array.isArray(faults) ? faults : []
}
