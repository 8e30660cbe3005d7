import type { Palette } from '../../shared/report/palette.ts'
import { formatNumber } from '../../shared/report/numbers.ts'
import { nearestAt } from './nearest.ts'

/**
 * A small line plot for figures that come ten times a second: drawn by hand on a canvas, since a chart library that
 * lays everything out anew would cost more than the run it watches.
 */
export interface PlotLine {
  readonly name: string
  readonly colour: keyof Palette
  readonly dashed?: boolean
  /** null: no figure then. */
  readonly values: readonly (number | null)[]
}

export interface Plot {
  /** Instants in ms, ascending, one for each value. */
  readonly atMs: readonly number[]
  readonly fromMs: number
  readonly toMs: number
  readonly lines: readonly PlotLine[]
  /** Fault windows. */
  readonly windows: readonly { readonly fromMs: number; readonly toMs: number }[]
  readonly cursorMs: number | null
  /** Instants are written in ms, however long the run is. */
  readonly inMs?: boolean
}

export const PLOT_LEFT = 44
const TOP = 8
const BOTTOM = 18
const RIGHT = 8
const LABEL_HALF = 20
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'

export function drawPlot(
  context: CanvasRenderingContext2D,
  size: { width: number; height: number },
  plot: Plot,
  colours: Palette,
): void {
  const { width, height } = size
  const bottom = height - BOTTOM
  const span = Math.max(1e-9, plot.toMs - plot.fromMs)
  const x = (ms: number): number => PLOT_LEFT + ((ms - plot.fromMs) / span) * (width - PLOT_LEFT - RIGHT)
  const top = niceTop(highestOf(plot.lines))
  const y = (value: number): number => bottom - (Math.min(value, top) / top) * (bottom - TOP)
  context.clearRect(0, 0, width, height)
  context.font = FONT
  context.lineWidth = 1
  drawWindows(context, plot, x, { top: TOP, bottom }, colours)
  context.fillStyle = colours.muted
  context.strokeStyle = colours.grid
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  for (const share of [0, 0.5, 1]) {
    const at = Math.round(y(top * share)) + 0.5
    context.beginPath()
    context.moveTo(PLOT_LEFT, at)
    context.lineTo(width - RIGHT, at)
    context.stroke()
    context.fillText(formatNumber(top * share), PLOT_LEFT - 6, at)
  }
  for (const ms of timeTicks(plot.fromMs, plot.toMs)) {
    // The last one would stand half outside.
    context.textAlign = x(ms) > width - LABEL_HALF ? 'right' : 'center'
    context.fillText(
      plot.inMs !== true && plot.toMs >= 2000 ? `${formatNumber(ms / 1000)} s` : `${formatNumber(ms)} ms`,
      Math.min(x(ms), width - 2),
      height - 8,
    )
  }
  for (const line of plot.lines) drawLine(context, plot.atMs, line, { x, y }, colours)
  if (plot.cursorMs !== null) {
    context.strokeStyle = colours.muted
    context.beginPath()
    context.moveTo(x(plot.cursorMs), TOP)
    context.lineTo(x(plot.cursorMs), bottom)
    context.stroke()
  }
}

/** The sample next to a place on the canvas; null left and right of the plot. */
export function sampleAt(
  plot: Pick<Plot, 'atMs' | 'fromMs' | 'toMs'>,
  width: number,
  px: number,
): number | null {
  if (px < PLOT_LEFT || px > width - RIGHT || plot.atMs.length === 0) return null
  const ms = plot.fromMs + ((px - PLOT_LEFT) / (width - PLOT_LEFT - RIGHT)) * (plot.toMs - plot.fromMs)
  return nearestAt(plot.atMs, ms)
}

function drawLine(
  context: CanvasRenderingContext2D,
  atMs: readonly number[],
  line: PlotLine,
  to: { x: (ms: number) => number; y: (value: number) => number },
  colours: Palette,
): void {
  context.strokeStyle = colours[line.colour]
  context.lineWidth = 1.5
  context.setLineDash(line.dashed === true ? [4, 3] : [])
  context.beginPath()
  let isDrawing = false
  for (let i = 0; i < atMs.length; i++) {
    const value = line.values[i]
    if (value === null || value === undefined) {
      isDrawing = false
      continue
    }
    if (isDrawing) context.lineTo(to.x(atMs[i]), to.y(value))
    else context.moveTo(to.x(atMs[i]), to.y(value))
    isDrawing = true
  }
  context.stroke()
  context.setLineDash([])
}

function drawWindows(
  context: CanvasRenderingContext2D,
  { windows, fromMs, toMs }: Plot,
  x: (ms: number) => number,
  { top, bottom }: { top: number; bottom: number },
  colours: Palette,
): void {
  context.strokeStyle = colours.line
  for (const window of windows) {
    if (window.toMs < fromMs || window.fromMs > toMs) continue
    const left = Math.max(PLOT_LEFT, x(window.fromMs))
    const width = Math.max(1, x(Math.min(toMs, window.toMs)) - left)
    context.save()
    context.beginPath()
    context.rect(left, top, width, bottom - top)
    context.clip()
    context.beginPath()
    for (let at = left - (bottom - top); at < left + width; at += 8) {
      context.moveTo(at, bottom)
      context.lineTo(at + (bottom - top), top)
    }
    context.stroke()
    context.restore()
  }
}

function highestOf(lines: readonly PlotLine[]): number {
  let highest = 0
  for (const { values } of lines)
    for (const value of values) if (value !== null && value > highest) highest = value
  return highest
}

/** The least of 1, 2, 5 × 10^k that is not below, so that the axis does not dance with every sample. */
export function niceTop(value: number): number {
  if (!(value > 0)) return 1
  const decade = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((step) => step * decade >= value * (1 - 1e-9)) ?? 10) * decade
}

function timeTicks(fromMs: number, toMs: number): number[] {
  const step = niceTop((toMs - fromMs) / 5)
  const ticks: number[] = []
  for (let i = Math.ceil(fromMs / step); i * step <= toMs; i++) ticks.push(i * step)
  return ticks
}
