import type { GraphEdge, GraphNode } from '@vue-flow/core'
import type { Box } from '../model/layout.ts'
import type { Selected } from '../stores/ui.ts'
import type { NodeData } from './elements.ts'
import type { CanvasLink } from './links.ts'

/** What Vue Flow's nodes and edges stand for. */

export function dataOf(node: GraphNode): NodeData {
  return node.data as NodeData
}

/** Where a node stands now, also in the middle of a drag. */
export function boxOf({ computedPosition, dimensions }: GraphNode): Box {
  return { x: computedPosition.x, y: computedPosition.y, ...dimensions }
}

export function selectedOf(node: GraphNode): Selected {
  const { kind, id } = dataOf(node)
  return { kind, id }
}

export function linkSelected(edge: GraphEdge): Selected {
  return linkOf((edge.data as { link: CanvasLink }).link)
}

export function linkOf({ from, to }: CanvasLink): Selected {
  return { kind: 'link', from, to }
}
