import type { VueFlowStore } from '@vue-flow/core'
import { computed, nextTick, watch, type ComputedRef, type ShallowRef } from 'vue'
import type { Position } from '../model/file.ts'
import { originBefore } from './geometry.ts'
import { absoluteBoxes, centreOf, overlaps, type Box, type Scene } from '../model/layout.ts'

/** Free around everything, of the canvas; below stand the buttons for zooming. */
const FIT_SHARE = { x: 0.04, top: 0.05 }
const BUTTONS_PX = 60
const FIT = {
  padding: { x: `${FIT_SHARE.x * 100}%`, top: `${FIT_SHARE.top * 100}%`, bottom: `${BUTTONS_PX}px` },
  maxZoom: 1.25,
} as const

/** The part of a canvas that is in sight: what it is, and all that changes it. */
export function useSight(
  flow: VueFlowStore,
  root: Readonly<ShallowRef<HTMLElement | null>>,
  scene: ComputedRef<Scene>,
  /** What is drawn behind everything, and is to be seen as far as there is room. */
  backdrop: () => Box | null,
) {
  const sight = computed((): Box => {
    const { x, y, zoom } = flow.viewport.value
    const { width, height } = flow.dimensions.value
    return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
  })
  /** Everything is to be shown as soon as it has been measured; an empty canvas stays at rest under what is dropped. */
  let wantsFit = scene.value.regions.length > 0
  /** Everything is in sight, and nobody has moved the view since: then it stays so when the canvas changes its size. */
  let isFitted = false

  function fit(): void {
    isFitted = true
    wantsFit = flow.nodes.value.length > 0 && !flow.areNodesInitialized.value
    void flow.fitView(FIT).then(showBackdrop)
  }

  function showBackdrop(): void {
    const behind = backdrop()
    const boxes = boxesOf(scene.value)
    if (behind === null || boxes.length === 0) return
    const { zoom: scale } = flow.viewport.value
    const { x, y, width, height } = sight.value
    const content = {
      left: Math.min(...boxes.map((box) => box.x)) - FIT_SHARE.x * width,
      right: Math.max(...boxes.map((box) => box.x + box.width)) + FIT_SHARE.x * width,
      top: Math.min(...boxes.map((box) => box.y)) - FIT_SHARE.top * height,
      bottom: Math.max(...boxes.map((box) => box.y + box.height)) + BUTTONS_PX / scale,
    }
    const left = originBefore(
      { origin: x, length: width },
      { from: content.left, to: content.right },
      { from: behind.x, to: behind.x + behind.width },
    )
    const top = originBefore(
      { origin: y, length: height },
      { from: content.top, to: content.bottom },
      { from: behind.y, to: behind.y + behind.height },
    )
    void flow.setViewport({ x: -left * scale, y: -top * scale, zoom: scale })
  }

  function fitOnce(): void {
    if (wantsFit) fit()
  }

  function zoom(by: 1 | -1): void {
    isFitted = false
    void (by > 0 ? flow.zoomIn() : flow.zoomOut())
  }

  function centreAt({ x, y }: Position): void {
    isFitted = false
    void flow.setCenter(x, y, { zoom: flow.viewport.value.zoom })
  }

  const toCanvas = (client: Position): Position => flow.screenToFlowCoordinate(client)

  /** The place of the window at which a point of the canvas is shown; null while there is no canvas. */
  function toWindow(at: Position): Position | null {
    const bounds = root.value?.getBoundingClientRect()
    const { x, y, zoom: scale } = flow.viewport.value
    return bounds === undefined ? null : { x: bounds.x + x + at.x * scale, y: bounds.y + y + at.y * scale }
  }

  /** Brings a box into sight, where its middle is out of it. */
  function reveal(box: Box): void {
    const { x, y } = centreOf(box)
    const { x: left, y: top, width, height } = sight.value
    if (x <= left || y <= top || x >= left + width || y >= top + height) centreAt({ x, y })
  }

  const isPartlyInSight = (box: Box): boolean => overlaps(box, sight.value)
  const isWhollyInSight = ({ x, y, width, height }: Box): boolean =>
    x >= sight.value.x &&
    y >= sight.value.y &&
    x + width <= sight.value.x + sight.value.width &&
    y + height <= sight.value.y + sight.value.height

  watch(scene, (now, before) => {
    const [shown, was] = [boxesOf(now), boxesOf(before)]
    // What is added keeps everything in sight, where it was; undo of a layout never leaves an empty view.
    const isAdded = shown.length > was.length && was.length > 0 && was.every(isWhollyInSight)
    if (isAdded ? !shown.every(isWhollyInSight) : shown.length > 0 && !shown.some(isPartlyInSight))
      void nextTick(fit)
  })
  flow.onMove(({ event }) => {
    // A movement without a source was none by hand.
    const source = event instanceof WheelEvent ? event : (event as { sourceEvent?: unknown }).sourceEvent
    if (source !== null && source !== undefined) isFitted = false
  })
  watch(
    () => [flow.dimensions.value.width, flow.dimensions.value.height],
    () => isFitted && fit(),
  )

  return { sight, fit, fitOnce, zoom, centreAt, reveal, toCanvas, toWindow }
}

const boxesOf = (scene: Scene): Box[] => [...absoluteBoxes(scene).values()]
