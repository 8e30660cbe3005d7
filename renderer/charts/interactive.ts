import type { AxisWords, ChartOption } from '../../shared/report/charts/index.ts'
import { PALETTES, type Theme } from '../../shared/report/palette.ts'

/** What ECharts hands to a tooltip's formatter, as far as it is used here. */
interface Hovered {
  readonly seriesName?: string
  readonly seriesType?: string
  readonly value: unknown
  readonly dataIndex: number
  readonly color?: unknown
  readonly axisValue?: unknown
}

/**
 * A chart of the report made to answer a pointer: hover names the values in words, the wheel with Ctrl (or a pinch)
 * zooms, a drag pans what is zoomed. What is drawn stays what the report draws.
 */
export function interactive(option: ChartOption, words: AxisWords, theme: Theme): ChartOption {
  const colours = PALETTES[theme]
  return {
    ...option,
    // A card of the window is narrower than a figure of the page.
    legend: { ...(option.legend as object), itemGap: 10, itemWidth: 16 },
    tooltip: {
      trigger: 'axis',
      confine: true,
      transitionDuration: 0,
      backgroundColor: colours.card,
      borderColor: colours.line,
      padding: [6, 10],
      textStyle: { color: colours.ink, fontSize: 12 },
      axisPointer: { type: 'line', animation: false, lineStyle: { color: colours.muted, type: 'solid' } },
      // An element, not markup: names come from files.
      formatter: (hovered: unknown) => tooltipElement(hovered as Hovered | Hovered[], words),
    },
    dataZoom: [
      {
        type: 'inside',
        xAxisIndex: 0,
        filterMode: 'none',
        zoomOnMouseWheel: 'ctrl',
        moveOnMouseWheel: false,
        moveOnMouseMove: true,
      },
    ],
  }
}

function tooltipElement(hovered: Hovered | Hovered[], words: AxisWords): HTMLElement {
  const all = [hovered].flat().filter((each) => yOf(each) !== null)
  const root = document.createElement('div')
  root.className = 'chart-tooltip'
  const [first] = all
  if (first === undefined) return root
  const head = document.createElement('strong')
  head.textContent = words.x(xOf(first))
  root.append(head)
  for (const each of all) {
    const row = document.createElement('div')
    row.className = 'chart-tooltip-row'
    const mark = document.createElement('i')
    mark.style.background = typeof each.color === 'string' ? each.color : 'currentColor'
    const name = document.createElement('span')
    name.textContent = each.seriesName?.startsWith('series') === true ? '' : (each.seriesName ?? '')
    const value = document.createElement('b')
    value.textContent = words.y(yOf(each) as number)
    row.append(mark, name, value)
    root.append(row)
  }
  return root
}

/** Bars stand on a category axis, where the index says which. */
function xOf({ value, dataIndex }: Hovered): number {
  return Array.isArray(value) && typeof value[0] === 'number' ? value[0] : dataIndex
}

function yOf({ value }: Hovered): number | null {
  const y: unknown = Array.isArray(value) ? value[1] : value
  return typeof y === 'number' ? y : null
}
