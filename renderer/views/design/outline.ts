import type { TopologyFile } from '../../model/file.ts'
import { rateWords } from '../../model/place-words.ts'

export interface OutlineRow {
  readonly kind: 'region' | 'replica' | 'client'
  readonly id: string
  readonly level: 1 | 2
  readonly detail: string
  /** Rows below it, shown or not. */
  readonly count: number
}

/** The rows of the outline: each region followed by its replicas and clients; what has no region comes last. */
export function outlineOf(file: TopologyFile, folded: ReadonlySet<string>): OutlineRow[] {
  const known = new Set(file.regions.map(({ id }) => id))
  const below = new Map<string | null, OutlineRow[]>()
  const put = (region: string, row: OutlineRow): void => {
    const home = known.has(region) ? region : null
    const rows = below.get(home)
    if (rows === undefined) below.set(home, [row])
    else rows.push(row)
  }
  for (const { id, region, zone } of file.replicas)
    put(region, { kind: 'replica', id, level: 2, detail: zone === undefined ? '' : `zone ${zone}`, count: 0 })
  for (const client of file.clients)
    put(client.region, { kind: 'client', id: client.id, level: 2, detail: rateWords(client), count: 0 })
  const rows = file.regions.flatMap(({ id }): OutlineRow[] => {
    const children = below.get(id) ?? []
    const detail = children.length === 0 ? 'empty' : ''
    const row: OutlineRow = { kind: 'region', id, level: 1, detail, count: children.length }
    return folded.has(id) ? [row] : [row, ...children]
  })
  const strays = (below.get(null) ?? []).map((row): OutlineRow => ({ ...row, level: 1, detail: 'no region' }))
  return [...rows, ...strays]
}
