import type { GraphNode, NodeDragEvent, VueFlowStore } from '@vue-flow/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { Position } from '../model/file.ts'
import { centreOf, GRID, sizeOf, snapped } from '../model/layout.ts'
import { boxOf, dataOf } from './flow-parts.ts'
import type { Moved } from './types.ts'

/** Drags live in Vue Flow; what they come to is told once, at their end. */
export function useDragging(
  flow: VueFlowStore,
  tell: (moved: readonly Moved[]) => void,
): {
  /** The region that a drop would go to. */
  readonly dropRegion: Readonly<ShallowRef<string | null>>
  target(point: Position | null): void
  drag(event: NodeDragEvent): void
  stop(event: NodeDragEvent): void
} {
  const dropRegion = shallowRef<string | null>(null)

  function regionUnder(point: Position): string | null {
    const hit = flow.nodes.value.findLast((node) => {
      if (node.type !== 'region') return false
      const { x, y, width, height } = boxOf(node)
      return point.x >= x && point.x <= x + width && point.y >= y && point.y <= y + height
    })
    return hit === undefined ? null : dataOf(hit).id
  }

  function target(point: Position | null): void {
    const region = point === null ? null : regionUnder(point)
    if (dropRegion.value !== region) dropRegion.value = region
  }

  function drag({ nodes }: NodeDragEvent): void {
    const place = nodes.find((node) => node.type !== 'region')
    target(place === undefined ? null : centreOf(boxOf(place)))
  }

  function stop({ nodes }: NodeDragEvent): void {
    target(null)
    tell(nodes.map(movedTo))
  }

  /** A place that is dropped beside every region stays in its own, at the nearest point of it. */
  function movedTo(node: GraphNode): Moved {
    const { kind, id } = dataOf(node)
    const box = boxOf(node)
    const at = { x: Math.round(box.x), y: Math.round(box.y) }
    if (kind === 'region') return { kind, id, at }
    const region = regionUnder(centreOf(box))
    if (region !== null) return { kind, id, at, region }
    const home = node.parentNode === undefined ? undefined : flow.findNode(node.parentNode)
    if (home === undefined) return { kind, id, at }
    const { width, height } = sizeOf(kind)
    const { x, y, width: homeWidth, height: homeHeight } = boxOf(home)
    const within = (value: number, from: number, to: number) => {
      const at = Math.max(from, Math.min(to, value))
      return flow.snapToGrid.value ? snapped(at) : Math.round(at)
    }
    return {
      kind,
      id,
      at: {
        x: within(at.x, x + GRID, x + homeWidth - width - GRID),
        y: within(at.y, y + GRID, y + homeHeight - height - GRID),
      },
    }
  }

  return { dropRegion, target, drag, stop }
}
