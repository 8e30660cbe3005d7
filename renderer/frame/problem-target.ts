import type { TopologyFile } from '../model/file.ts'
import type { Selected, Tab } from '../stores/ui.ts'

/** Where a problem is mended: the tab, and what is to be marked there. */
export interface ProblemTarget {
  readonly tab: Extract<Tab, 'design' | 'faults'>
  readonly selection: readonly Selected[]
  readonly fault: number | null
  /** Of the replicas that join and leave. */
  readonly change: number | null
}

const PLACES = { regions: 'region', replicas: 'replica', clients: 'client' } as const

/** What the path of a problem (`$.replicas[2].region`) points at; the topology's own settings where it is no thing. */
export function targetOf(path: string, file: TopologyFile | null): ProblemTarget {
  const nothing = { tab: 'design', selection: [], fault: null, change: null } as const
  const [, list = '', digits = ''] = /^\$\.([a-z]+(?:\.between)?)(?:\[(\d+)\])?/.exec(path) ?? []
  const index = digits === '' ? -1 : Number(digits)
  if (list === 'faults') return { ...nothing, tab: 'faults', fault: index < 0 ? null : index }
  if (list === 'changes') return { ...nothing, tab: 'faults', change: index < 0 ? null : index }
  if (file === null || index < 0) return nothing
  if (list === 'links.between') {
    const link = file.links?.between?.[index]
    if (link === undefined) return nothing
    return { ...nothing, selection: [{ kind: 'link', from: link.from, to: link.to }] }
  }
  if (list !== 'regions' && list !== 'replicas' && list !== 'clients') return nothing
  const place = file[list][index]
  return place === undefined || typeof place.id !== 'string'
    ? nothing
    : { ...nothing, selection: [{ kind: PLACES[list], id: place.id }] }
}

/** The path in words that a reader of the canvas knows: "Replica r3, region". */
export function placeWords(path: string, file: TopologyFile | null): string {
  const { selection, fault, change } = targetOf(path, file)
  const rest = path.replace(
    /^\$\.?(?:(?:regions|replicas|clients|faults|changes|links\.between)\[\d+\])?\.?/,
    '',
  )
  const field = rest.replaceAll('.', ' › ')
  const [selected] = selection
  const thing =
    selected === undefined
      ? fault !== null
        ? `Fault ${fault + 1}`
        : change !== null
          ? `Member change ${change + 1}`
          : ''
      : selected.kind === 'link'
        ? `Link ${selected.from} – ${selected.to}`
        : `${selected.kind[0].toUpperCase()}${selected.kind.slice(1)} ${selected.id}`
  return [thing, field].filter((part) => part !== '').join(', ') || 'The file'
}
