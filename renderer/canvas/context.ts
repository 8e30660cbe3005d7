import { inject, provide, type InjectionKey, type ShallowRef } from 'vue'
import type { TopologyFile } from '../model/file.ts'
import type { CanvasDecorations } from './types.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** What nodes and links of one canvas share. Parts read what they need, so that a change redraws only what it changes. */
export interface CanvasContext {
  readonly file: Readonly<ShallowRef<TopologyFile>>
  readonly decorations: Readonly<ShallowRef<CanvasDecorations | null>>
  readonly spares: Readonly<ShallowRef<ReadonlySet<string>>>
  /** How far away the canvas is looked at: parts compute from it what they have room to say. */
  readonly zoom: Readonly<ShallowRef<number>>
  readonly isEditable: Readonly<ShallowRef<boolean>>
  /** The region that a drag would drop into. */
  readonly dropRegion: Readonly<ShallowRef<string | null>>
  /** While the corner of a region is dragged, and at its end. */
  readonly resizing: (region: string, size: Size) => void
  readonly resize: (region: string, size: Size) => void
}

const KEY: InjectionKey<CanvasContext> = Symbol('canvas')

export function provideCanvas(context: CanvasContext): void {
  provide(KEY, context)
}

export function useCanvas(): CanvasContext {
  const context = inject(KEY)
  if (context === undefined) throw new Error('A part of the canvas stands outside of one.')
  return context
}
