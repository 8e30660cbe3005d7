import type { ParamSpec } from '../../shared/topology/strategy.ts'
import type { StrategyEntry } from '../../shared/ipc/contract.ts'
import type { LinkFile, TopologyFile } from './file.ts'

/**
 * Edits of single values, by path. Nobody's default is written for them: what a person typed stays, even where it
 * equals the default, and what was cleared goes, with the objects that become empty by it.
 */

export type Path = readonly (string | number)[]
type Json = Readonly<Record<string, unknown>>

/** Fields of the format in the order of the reference: a field that is added goes where a person would look for it. */
const ORDER = [
  ...['$schema', 'format', 'name', 'notes', 'regions', 'replicas', 'clients', 'links', 'replication'],
  ...['partitioning', 'consistency', 'workload', 'faults', 'changes', 'run', 'expect'],
  ...['id', 'region', 'zone', 'zones', 'at', 'size', 'sessions', 'loop', 'disk', 'clock', 'service'],
  ...['timeoutMs', 'retry', 'rtt', 'default', 'between', 'from', 'to', 'directed', 'oneWay', 'oneWayOf'],
  ...['lossPpm', 'duplicatePpm', 'reorderPpm', 'ordered', 'bandwidthMbps', 'strategy', 'params', 'scheme'],
  ...['shards', 'virtualNodes', 'tokens', 'replicationFactor', 'hash', 'ranges', 'split', 'epsilon'],
  ...['byLoadPerS', 'byBytes', 'byKeys', 'mergeBelow', 'checkEveryMs', 'rangesMax', 'moveLeaders'],
  ...['read', 'session', 'onPartition', 'kind', 'mix', 'keys', 'distribution'],
  ...['valueBytes', 'scanLengthMax', 'insertOrder', 'durationMs', 'warmupMs', 'seed', 'timeScale'],
]
const RANK: ReadonlyMap<string, number> = new Map(ORDER.map((name, rank) => [name, rank]))

/** They stay when they become empty: sections that a file cannot be without, and what says something by being there. */
const REQUIRED = new Set(['regions', 'replicas', 'clients', 'replication', 'workload', 'split'])

/** The value at a path, undefined where there is none. */
export function valueAt(file: unknown, path: Path): unknown {
  let value = file
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string | number, unknown>)[step]
  }
  return value
}

/**
 * The file with `value` at `path`; undefined clears it. Objects on the way are made as needed; a step into a list that
 * has no such item changes nothing. The same object comes back where nothing changes.
 */
export function setValue(file: TopologyFile, path: Path, value: unknown): TopologyFile {
  return withValue(file, path, value) as TopologyFile
}

function withValue(node: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return isSame(node, value) ? node : value
  if (Array.isArray(node) || typeof step === 'number') {
    if (!Array.isArray(node) || typeof step !== 'number' || !(step in node)) return node
    const list: readonly unknown[] = node
    if (rest.length === 0 && value === undefined) return list.filter((_, index) => index !== step)
    const item = withValue(list[step], rest, value)
    return item === list[step] ? node : list.with(step, item)
  }
  const object: Json = isObject(node) ? node : {}
  const before = object[step]
  const after = withValue(before, rest, value)
  if (after === before) return node
  // Cleared, or emptied by clearing what was in it.
  const isEmptied = value === undefined && isEmpty(after) && !REQUIRED.has(step)
  return after === undefined || isEmptied ? withoutField(object, step) : withField(object, step, after)
}

/** With a field changed in place, or added where it belongs. */
export function withField<T extends object>(object: T, name: string, value: unknown): T {
  if (Object.hasOwn(object, name)) return { ...object, [name]: value }
  const rank = RANK.get(name) ?? Infinity
  const entries = Object.entries(object)
  const later = entries.findIndex(([other]) => (RANK.get(other) ?? -1) > rank)
  entries.splice(later < 0 ? entries.length : later, 0, [name, value])
  return Object.fromEntries(entries) as T
}

export function withoutField<T extends object>(object: T, name: string): T {
  if (!Object.hasOwn(object, name)) return object
  return Object.fromEntries(Object.entries(object).filter(([other]) => other !== name)) as T
}

/** Appends to a list that may be missing. */
export function appendTo(file: TopologyFile, path: Path, item: unknown): TopologyFile {
  const list = valueAt(file, path)
  return setValue(file, path, [...(Array.isArray(list) ? (list as unknown[]) : []), item])
}

/**
 * Changes the strategy. Parameters that the new one knows and accepts stay; the others go, and so do latencies of
 * message kinds that it does not send.
 */
export function switchStrategy(file: TopologyFile, strategy: StrategyEntry): TopologyFile {
  if (file.replication.strategy === strategy.id) return file
  const specs = new Map(strategy.params.map((param) => [param.name, param]))
  const kept = Object.entries(file.replication.params ?? {}).filter(([name, value]) => {
    const spec = specs.get(name)
    return spec !== undefined && accepts(spec, value)
  })
  const kinds = new Set(strategy.kinds.map(({ kind }) => kind))
  let next = setValue(file, ['replication', 'strategy'], strategy.id)
  next = setValue(next, ['replication', 'params'], kept.length === 0 ? undefined : Object.fromEntries(kept))
  return withKindsOnly(next, kinds)
}

/** Whether a parameter can have this value, by its own specification alone. */
export function accepts(spec: ParamSpec, value: unknown): boolean {
  switch (spec.type) {
    case 'integer':
    case 'ms':
      return (
        typeof value === 'number' &&
        value >= spec.min &&
        value <= spec.max &&
        (spec.type === 'ms' || Number.isInteger(value))
      )
    case 'boolean':
      return typeof value === 'boolean'
    case 'choice':
      return spec.choices.some((choice) => choice.value === value)
  }
}

function withKindsOnly(file: TopologyFile, kinds: ReadonlySet<string>): TopologyFile {
  const { links } = file
  if (links === undefined) return file
  const known = <T extends { oneWayOf?: Json }>(link: T): T => {
    if (link.oneWayOf === undefined) return link
    const kept = Object.entries(link.oneWayOf).filter(([kind]) => kinds.has(kind))
    if (kept.length === Object.keys(link.oneWayOf).length) return link
    return kept.length === 0
      ? withoutField(link, 'oneWayOf')
      : { ...link, oneWayOf: Object.fromEntries(kept) }
  }
  let next = file
  if (links.default !== undefined) {
    const fallback = known(links.default)
    if (fallback !== links.default)
      next = setValue(next, ['links', 'default'], isEmpty(fallback) ? undefined : fallback)
  }
  if (links.between !== undefined) {
    const entries: LinkFile[] = []
    for (const entry of links.between) {
      const kept = known(entry)
      if (kept === entry || statesSomething(kept)) entries.push(kept)
    }
    next = setValue(next, ['links', 'between'], entries.length === 0 ? undefined : entries)
  }
  return next
}

/** An entry that says nothing about its link is refused by the format. */
export function statesSomething(entry: LinkFile): boolean {
  return Object.keys(entry).some((name) => name !== 'from' && name !== 'to' && name !== 'directed')
}

function isSame(a: unknown, b: unknown): boolean {
  return (
    a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))
  )
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0
}
