import { shortenedInside } from '../escape.ts'
import type { Palette } from '../palette.ts'
import { frame, xAxis } from './frame.ts'

const LABEL_CHARS = 14
/** Width of a letter, the least gap between labels, and how much room they have side by side. */
const CHAR_PX = 7
const GAP_PX = 8
const ROOM_PX = 470

/** More bars than this would be stripes; tables list all. */
export const BARS_MAX = 40

/** A horizontal axis of names, turned where they would not fit beside each other, and the margins that this takes. */
export function categories(
  colours: Palette,
  name: string,
  labels: readonly string[],
): { xAxis: object; grid: object } {
  const longest = Math.max(1, ...labels.map((label) => Math.min(LABEL_CHARS, label.length)))
  const isCrowded = labels.length * (longest * CHAR_PX + GAP_PX) > ROOM_PX
  return {
    grid: { ...(frame(colours).grid as object), bottom: isCrowded ? 70 : 42 },
    xAxis: xAxis(colours, isCrowded ? '' : name, {
      type: 'category',
      data: labels.map((label) => shortenedInside(label, LABEL_CHARS)),
      axisTick: { show: false },
      axisLabel: {
        color: colours.muted,
        fontSize: isCrowded ? 11 : 12,
        interval: 0,
        rotate: isCrowded ? 55 : 0,
        hideOverlap: true,
      },
    }),
  }
}

/** The busiest of many, in the order in which they came. */
export function busiest<T>(items: readonly T[], of: (item: T) => number): readonly T[] {
  if (items.length <= BARS_MAX) return items
  const kept = new Set([...items].sort((a, b) => of(b) - of(a)).slice(0, BARS_MAX))
  return items.filter((item) => kept.has(item))
}

/** What a caption adds where not all are drawn. */
export function leftOutWords(count: number): string {
  return count > BARS_MAX ? ` The ${BARS_MAX} busiest of ${count} are drawn.` : ''
}
