import { appendTo, setValue, statesSomething, withField, withoutField } from './edits-settings.ts'
import type { LinkFile, TopologyFile } from './file.ts'

/** Edits of `links.between`. A pair of places has one entry for both directions, or one for each, or all three. */

export type Direction = 'both' | 'there' | 'back'

/** Index of the entry about `from` and `to` in this direction; -1: there is none. */
export function linkIndex(file: TopologyFile, from: string, to: string, direction: Direction): number {
  return (file.links?.between ?? []).findIndex((entry) => {
    const isThere = entry.from === from && entry.to === to
    const isBack = entry.from === to && entry.to === from
    if (entry.directed !== true) return direction === 'both' && (isThere || isBack)
    return direction === 'there' ? isThere : direction === 'back' && isBack
  })
}

export function linkEntry(
  file: TopologyFile,
  from: string,
  to: string,
  direction: Direction,
): LinkFile | null {
  return file.links?.between?.[linkIndex(file, from, to, direction)] ?? null
}

/** States a fact about a link, undefined takes it back; the entry is made and removed as that needs. */
export function setLink(
  file: TopologyFile,
  from: string,
  to: string,
  direction: Direction,
  field: string,
  value: unknown,
): TopologyFile {
  const index = linkIndex(file, from, to, direction)
  if (index < 0) {
    if (value === undefined) return file
    const ends = direction === 'back' ? { from: to, to: from } : { from, to }
    const entry = { ...ends, ...(direction === 'both' ? {} : { directed: true }), [field]: value }
    return appendTo(file, ['links', 'between'], entry)
  }
  const before = file.links?.between?.[index] as LinkFile
  if (value !== undefined) return setValue(file, ['links', 'between', index, field], value)
  const entry = withoutField(before, field)
  return statesSomething(entry)
    ? setValue(file, ['links', 'between', index], entry)
    : withoutEntry(file, index)
}

/** Latency of one message kind on a link. */
export function setLinkKind(
  file: TopologyFile,
  from: string,
  to: string,
  direction: Direction,
  kind: string,
  value: unknown,
): TopologyFile {
  const before: Readonly<Record<string, unknown>> = linkEntry(file, from, to, direction)?.oneWayOf ?? {}
  const after = value === undefined ? withoutField(before, kind) : withField(before, kind, value)
  return setLink(file, from, to, direction, 'oneWayOf', Object.keys(after).length === 0 ? undefined : after)
}

/** Whether the file has an entry for the pair, whichever its direction. */
export function isLinkStated(file: TopologyFile, from: string, to: string): boolean {
  return (['both', 'there', 'back'] as const).some((direction) => linkIndex(file, from, to, direction) >= 0)
}

/** Makes an entry where there is none for the pair, whichever its direction. */
export function addLink(file: TopologyFile, from: string, to: string, oneWayMs: number): TopologyFile {
  return isLinkStated(file, from, to) ? file : setLink(file, from, to, 'both', 'oneWay', oneWayMs)
}

/** Removes all entries about a pair: what is more general speaks of it again. */
export function removeLink(file: TopologyFile, from: string, to: string): TopologyFile {
  const between = file.links?.between ?? []
  const left = between.filter(
    (entry) => !((entry.from === from && entry.to === to) || (entry.from === to && entry.to === from)),
  )
  if (left.length === between.length) return file
  return setValue(file, ['links', 'between'], left.length === 0 ? undefined : left)
}

function withoutEntry(file: TopologyFile, index: number): TopologyFile {
  const left = (file.links?.between ?? []).filter((_, other) => other !== index)
  return setValue(file, ['links', 'between'], left.length === 0 ? undefined : left)
}
