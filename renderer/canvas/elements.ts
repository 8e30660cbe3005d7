import type { Edge, Node } from '@vue-flow/core'
import type { Scene } from '../model/layout.ts'
import type { Selected } from '../stores/ui.ts'
import type { CanvasLink } from './links.ts'
import { pairKey } from './types.ts'

/** The topology as Vue Flow's nodes and edges. */

/** Links between regions pass behind these; those between places over the regions and behind the cards. */
const Z = { region: 0, placeLink: 1, place: 2 } as const

export type NodeKind = 'region' | 'replica' | 'client'
export interface NodeData {
  readonly kind: NodeKind
  readonly id: string
}
export type CanvasNode = Node<NodeData>
export type CanvasEdge = Edge<{ readonly link: CanvasLink }>

/** Ids of a file that is half typed may hold anything; Vue Flow puts them into attributes and selectors. */
export function nodeId(id: string): string {
  return `n-${encodeURIComponent(id)}`
}

export function edgeId(from: string, to: string): string {
  return `e-${encodeURIComponent(pairKey(from, to))}`
}

export function nodesOf(scene: Scene, isEditable: boolean): CanvasNode[] {
  const common = { draggable: isEditable, connectable: isEditable, focusable: false }
  const named = (kind: NodeKind, id: string) => ({
    ariaLabel: `${kind} ${id}`,
    // Vue Flow gives every node a role description, which needs a role.
    domAttributes: { role: 'group' },
  })
  const regions = scene.regions.map(({ id, box }): CanvasNode => ({
    ...common,
    id: nodeId(id),
    type: 'region',
    position: { x: box.x, y: box.y },
    style: { width: `${box.width}px`, height: `${box.height}px` },
    data: { kind: 'region', id },
    ...named('region', id),
    zIndex: Z.region,
  }))
  const places = scene.places.map(({ kind, id, region, box }): CanvasNode => ({
    ...common,
    id: nodeId(id),
    type: kind,
    position: { x: box.x, y: box.y },
    data: { kind, id },
    zIndex: Z.place,
    ...named(kind, id),
    ...(region === null ? {} : { parentNode: nodeId(region) }),
  }))
  return [...regions, ...places]
}

export function edgesOf(links: readonly CanvasLink[]): CanvasEdge[] {
  return links.map((link) => ({
    id: edgeId(link.from, link.to),
    type: 'link',
    source: nodeId(link.from),
    target: nodeId(link.to),
    focusable: false,
    updatable: false,
    zIndex: link.isWide ? Z.region : Z.placeLink,
    ariaLabel: link.description,
    data: { link },
  }))
}

export function isSameSelection(a: readonly Selected[], b: readonly Selected[]): boolean {
  return a.length === b.length && a.every((selected) => b.some((other) => keyOf(other) === keyOf(selected)))
}

export function keyOf(selected: Selected): string {
  return selected.kind === 'link' ? edgeId(selected.from, selected.to) : `${selected.kind} ${selected.id}`
}
