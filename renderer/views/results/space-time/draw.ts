import { shortenedInside } from '../../../../shared/report/escape.ts'
import type { Palette } from '../../../../shared/report/palette.ts'
import { AXIS_PX, BAR_HEIGHT_PX, LABEL_PX, LANE_PX, type Diagram, type Tone } from './layout.ts'

export interface DrawState {
  readonly colours: Palette
  /** Indices of bars that are hovered, chosen, or asked to be seen. */
  readonly hovered: number | null
  readonly chosen: number | null
  readonly marked: ReadonlySet<number>
}

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'
const TEXT_PX_MIN = 34

/** Draws the whole diagram; a few thousand bars take some milliseconds. */
export function drawDiagram(context: CanvasRenderingContext2D, diagram: Diagram, state: DrawState): void {
  const { colours } = state
  const { width, height } = diagram
  context.clearRect(0, 0, width, height)
  context.font = FONT
  context.textBaseline = 'middle'
  drawFaults(context, diagram, colours)
  drawLanes(context, diagram, colours)
  const toneColours: Record<Tone, string> = {
    read: colours.read,
    write: colours.write,
    stale: colours.stale,
    error: colours.error,
    unknown: colours.error,
  }
  context.save()
  context.beginPath()
  context.rect(LABEL_PX, 0, width - LABEL_PX, height)
  context.clip()
  for (const bar of diagram.bars) {
    const colour = toneColours[bar.tone]
    const isFaint = state.marked.size > 0 && !state.marked.has(bar.at)
    context.globalAlpha = isFaint ? 0.3 : 1
    if (bar.tone === 'unknown') {
      // Hollow and dashed: it may have happened.
      context.setLineDash([3, 2])
      context.strokeStyle = colour
      context.strokeRect(bar.x + 0.5, bar.top + 0.5, bar.width - 1, BAR_HEIGHT_PX - 1)
      context.setLineDash([])
    } else {
      context.fillStyle = colour
      context.fillRect(bar.x, bar.top, bar.width, BAR_HEIGHT_PX)
    }
    if (bar.width >= TEXT_PX_MIN) {
      context.fillStyle = bar.tone === 'unknown' ? colours.ink : colours.card
      context.save()
      context.beginPath()
      context.rect(bar.x + 2, bar.top, bar.width - 4, BAR_HEIGHT_PX)
      context.clip()
      context.fillText(bar.label, bar.x + 4, bar.top + BAR_HEIGHT_PX / 2 + 0.5)
      context.restore()
    }
    if (bar.at === state.hovered || bar.at === state.chosen || state.marked.has(bar.at)) {
      context.strokeStyle = colours.ink
      context.lineWidth = bar.at === state.hovered ? 1 : 2
      context.strokeRect(bar.x - 1.5, bar.top - 1.5, bar.width + 3, BAR_HEIGHT_PX + 3)
      context.lineWidth = 1
    }
  }
  context.globalAlpha = 1
  drawArrows(context, diagram, colours)
  context.restore()
}

function drawFaults(context: CanvasRenderingContext2D, diagram: Diagram, colours: Palette): void {
  context.strokeStyle = colours.line
  const within = (x: number, width: number, draw: () => void): void => {
    context.save()
    context.beginPath()
    context.rect(x, AXIS_PX, width, diagram.height - AXIS_PX)
    context.clip()
    draw()
    context.restore()
  }
  for (const { x, width } of diagram.faults) {
    within(x, width, () => {
      context.beginPath()
      for (let at = x - diagram.height; at < x + width; at += 8) {
        context.moveTo(at, diagram.height)
        context.lineTo(at + diagram.height, 0)
      }
      context.stroke()
    })
  }
  context.fillStyle = colours.muted
  for (const { x, width, label } of diagram.faultNames)
    within(x, width, () => context.fillText(label, x + 4, diagram.height - 7))
}

function drawLanes(context: CanvasRenderingContext2D, diagram: Diagram, colours: Palette): void {
  context.strokeStyle = colours.grid
  context.fillStyle = colours.muted
  for (const { label, top, kind } of diagram.lanes) {
    const middle = Math.round(top + LANE_PX / 2) + 0.5
    context.beginPath()
    context.moveTo(LABEL_PX, middle)
    context.lineTo(diagram.width, middle)
    context.stroke()
    context.fillStyle = kind === 'replica' ? colours.ink : colours.muted
    context.fillText(fitted(context, label, LABEL_PX - 8), 4, middle)
  }
  context.fillStyle = colours.muted
  for (const { x, label } of diagram.ticks) {
    context.beginPath()
    context.moveTo(Math.round(x) + 0.5, AXIS_PX - 5)
    context.lineTo(Math.round(x) + 0.5, AXIS_PX)
    context.stroke()
    const half = context.measureText(label).width / 2
    if (x - half > LABEL_PX && x + half < diagram.width) context.fillText(label, x - half, 8)
  }
}

/** As much of a name as there is room for: its beginning, and its end, in which names of a kind differ. */
function fitted(context: CanvasRenderingContext2D, text: string, widthPx: number): string {
  const { width } = context.measureText(text)
  if (width <= widthPx) return text
  return shortenedInside(text, Math.floor((text.length * widthPx) / width) - 1)
}

function drawArrows(context: CanvasRenderingContext2D, diagram: Diagram, colours: Palette): void {
  for (const { fromX, fromY, toX, toY, isLost } of diagram.arrows) {
    context.strokeStyle = isLost ? colours.error : colours.ink
    context.fillStyle = context.strokeStyle
    context.beginPath()
    context.moveTo(fromX, fromY)
    context.lineTo(toX, toY)
    context.stroke()
    const angle = Math.atan2(toY - fromY, toX - fromX)
    context.save()
    context.translate(toX, toY)
    context.rotate(angle)
    context.beginPath()
    if (isLost) {
      context.moveTo(-3, -3)
      context.lineTo(3, 3)
      context.moveTo(3, -3)
      context.lineTo(-3, 3)
      context.stroke()
    } else {
      context.moveTo(0, 0)
      context.lineTo(-6, -3)
      context.lineTo(-6, 3)
      context.fill()
    }
    context.restore()
  }
}
