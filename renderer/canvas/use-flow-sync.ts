import type { GraphNode, VueFlowStore } from '@vue-flow/core'
import type { CanvasEdge, CanvasNode } from './elements.ts'

/**
 * Brings Vue Flow's own nodes and edges to what the file says, changing only what differs: a drag lives in Vue Flow
 * alone, and an edit of one replica does not touch the other ninety-nine.
 */
export function syncNodes(flow: VueFlowStore, wanted: readonly CanvasNode[]): void {
  const present = new Map(flow.nodes.value.map((node) => [node.id, node]))
  const ids = new Set(wanted.map(({ id }) => id))
  const gone = [...present.values()].filter((node) => !ids.has(node.id))
  const isOtherKind = wanted.filter(({ id, type }) => present.has(id) && present.get(id)?.type !== type)
  const leaving = [...gone.map(({ id }) => id), ...isOtherKind.map(({ id }) => id)]
  if (leaving.length > 0) flow.removeNodes(leaving, true, false)
  const added = wanted.filter(({ id }) => !present.has(id) || leaving.includes(id))
  if (added.length > 0) flow.addNodes([...added])
  for (const node of wanted) {
    const graph = present.get(node.id)
    if (graph !== undefined && !leaving.includes(node.id)) patch(graph, node)
  }
}

function patch(graph: GraphNode, node: CanvasNode): void {
  const { x, y } = node.position
  if (graph.parentNode !== node.parentNode) {
    if (node.parentNode === undefined) delete graph.parentNode
    else graph.parentNode = node.parentNode
  }
  if (graph.position.x !== x || graph.position.y !== y) graph.position = { x, y }
  if (graph.draggable !== node.draggable) graph.draggable = node.draggable as boolean
  if (graph.connectable !== node.connectable) graph.connectable = node.connectable as boolean
  const { style } = node
  if (style === undefined || typeof style === 'function' || typeof graph.style === 'function') return
  if (graph.style?.width !== style.width || graph.style?.height !== style.height) graph.style = style
}

export function syncEdges(flow: VueFlowStore, wanted: readonly CanvasEdge[]): void {
  const present = new Map(flow.edges.value.map((edge) => [edge.id, edge]))
  const ids = new Set(wanted.map(({ id }) => id))
  const gone = [...present.keys()].filter((id) => !ids.has(id))
  if (gone.length > 0) flow.removeEdges(gone)
  const added = wanted.filter(({ id }) => !present.has(id))
  if (added.length > 0) flow.addEdges([...added])
  for (const edge of wanted) {
    const graph = present.get(edge.id)
    if (graph !== undefined && JSON.stringify(graph.data) !== JSON.stringify(edge.data))
      graph.data = edge.data
  }
}
