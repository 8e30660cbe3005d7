import type { VueFlowStore } from '@vue-flow/core'
import { computed, type ComputedRef } from 'vue'

/** Below it the details of a card are too small to read: it shows its name alone, larger. */
const FAR = 0.65
/** Below it the name of a region, in a size that is read, does not fit into its header. */
const APART = 0.55
/** Letters smaller than this on the screen are not read. */
const READ_PX = 7
/** Of a bold letter, in parts of its height. */
const LETTER_WIDTH = 0.66

/** How much a canvas shows at a distance: the nearer, the more. */
export function detailAt(zoom: number): { isFar: boolean; isApart: boolean } {
  return { isFar: zoom < FAR, isApart: zoom < APART }
}

/**
 * What a card says of its name when that is all it says: the whole, else what follows its last hyphen, dot or underscore
 * (the region has the rest), else nothing. `width` is the room for it at zoom 1.
 */
export function nameAt(id: string, zoom: number, width: number): string {
  if (!detailAt(zoom).isFar) return id
  const isRead = (text: string): boolean => (width / (text.length * LETTER_WIDTH)) * zoom >= READ_PX
  const [tail] = id.split(/[-_.]/).slice(-1)
  return isRead(id) ? id : tail !== '' && isRead(tail) ? tail : ''
}

/** The same as classes of the canvas, and the zoom itself, by which its parts keep their size on the screen. */
export function useDetail(flow: VueFlowStore): {
  readonly zoom: ComputedRef<number>
  readonly isApart: ComputedRef<boolean>
  readonly classes: ComputedRef<string[]>
} {
  const zoom = computed(() => flow.viewport.value.zoom)
  const isApart = computed(() => detailAt(zoom.value).isApart)
  const classes = computed(() => {
    const { isFar } = detailAt(zoom.value)
    return [isFar ? 'far' : '', isApart.value ? 'apart' : ''].filter((name) => name !== '')
  })
  return { zoom, isApart, classes }
}
