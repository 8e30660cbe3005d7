import type { Connection, EdgeMouseEvent, NodeMouseEvent, VueFlowStore } from '@vue-flow/core'
import type { ComputedRef, ShallowRef } from 'vue'
import type { Position } from '../model/file.ts'
import { centreOf, type Box } from '../model/layout.ts'
import type { Selected } from '../stores/ui.ts'
import { keyOf } from './elements.ts'
import { boxOf, dataOf, linkOf, linkSelected, selectedOf } from './flow-parts.ts'
import { sideOf } from './geometry.ts'
import type { CanvasLink } from './links.ts'
import { DRAG_TYPE, type CanvasEmits } from './types.ts'

type Emit = <Name extends keyof CanvasEmits>(name: Name, ...values: CanvasEmits[Name]) => void

/** What the pointer does to a canvas, told in the words of its owner. */
export function useCanvasEvents(
  flow: VueFlowStore,
  canvas: {
    readonly root: Readonly<ShallowRef<HTMLElement | null>>
    readonly boxes: ComputedRef<ReadonlyMap<string, Box>>
    selection(): readonly Selected[]
    isEditable(): boolean
    isSelectable(): boolean
    toCanvas(client: Position): Position
    toWindow(at: Position): Position | null
    /** Shows where a drop would go; null: nowhere any more. */
    target(at: Position | null): void
  },
  emit: Emit,
) {
  function connect({ source, target }: Connection): void {
    const [from, to] = [flow.findNode(source), flow.findNode(target)]
    if (from !== undefined && to !== undefined && from !== to) emit('connect', dataOf(from).id, dataOf(to).id)
  }

  /** A plain click on one of several that are marked marks it alone; Vue Flow would leave all of them marked. */
  function pickOne({ node, event }: NodeMouseEvent): void {
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.metaKey
    if (canvas.isSelectable() && isPlain && canvas.selection().length > 1) emit('select', [selectedOf(node)])
  }

  /** A click on the label of a link marks the link; with a key held it is added to what is marked, or taken off. */
  function pickLink(link: CanvasLink, { shiftKey, ctrlKey, metaKey }: MouseEvent): void {
    if (!canvas.isSelectable()) return
    const picked = linkOf(link)
    const isPicked = (each: Selected) => keyOf(each) === keyOf(picked)
    const marked = canvas.selection()
    if (!shiftKey && !ctrlKey && !metaKey) emit('select', [picked])
    else
      emit('select', marked.some(isPicked) ? marked.filter((each) => !isPicked(each)) : [...marked, picked])
  }

  function activateNode({ node }: NodeMouseEvent): void {
    emit('activate', selectedOf(node))
  }

  function activateEdge({ edge }: EdgeMouseEvent): void {
    emit('activate', linkSelected(edge))
  }

  function openMenu(selected: Selected | null, event: MouseEvent | TouchEvent): void {
    if (!('clientX' in event)) return
    event.preventDefault()
    event.stopPropagation()
    const client = { x: event.clientX, y: event.clientY }
    if (selected !== null && !canvas.selection().some((each) => keyOf(each) === keyOf(selected)))
      emit('select', [selected])
    emit('menu', selected, { client, canvas: canvas.toCanvas(client) })
  }

  /** The menu key: at what is marked, else in the middle. */
  function openMenuByKey(): void {
    const selection = canvas.selection()
    const marked = selection.length === 1 ? selection[0] : null
    const box = marked === null || marked.kind === 'link' ? undefined : canvas.boxes.value.get(marked.id)
    const bounds = canvas.root.value?.getBoundingClientRect()
    if (bounds === undefined) return
    const middle = { x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height / 2 }
    const client = (box === undefined ? null : canvas.toWindow(centreOf(box))) ?? middle
    emit('menu', marked, { client, canvas: canvas.toCanvas(client) })
  }

  function dropItem(event: DragEvent): void {
    const item = event.dataTransfer?.getData(DRAG_TYPE) ?? ''
    if (!canvas.isEditable() || item === '') return
    event.preventDefault()
    canvas.target(null)
    emit('drop', item, canvas.toCanvas({ x: event.clientX, y: event.clientY }))
  }

  function dragOver(event: DragEvent): void {
    if (!canvas.isEditable() || event.dataTransfer?.types.includes(DRAG_TYPE) !== true) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    canvas.target(canvas.toCanvas({ x: event.clientX, y: event.clientY }))
  }

  /** A line across the canvas, from and to in px of it: who stands on which side. */
  function part(from: Position, to: Position): void {
    const bounds = canvas.root.value?.getBoundingClientRect()
    if (bounds === undefined) return
    const a = canvas.toCanvas({ x: bounds.x + from.x, y: bounds.y + from.y })
    const b = canvas.toCanvas({ x: bounds.x + to.x, y: bounds.y + to.y })
    const sides: [string[], string[]] = [[], []]
    for (const node of flow.nodes.value)
      if (node.type !== 'region') sides[sideOf(a, b, centreOf(boxOf(node))) < 0 ? 0 : 1].push(dataOf(node).id)
    if (sides[0].length > 0 && sides[1].length > 0) emit('partition', sides)
  }

  return {
    connect,
    pickOne,
    pickLink,
    activateNode,
    activateEdge,
    openMenu,
    openMenuByKey,
    dropItem,
    dragOver,
    part,
  }
}
