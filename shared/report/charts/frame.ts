import type { EChartsOption } from 'echarts'
import { PALETTES, type Palette, type Theme } from '../palette.ts'
import { formatMs, formatNumber, type TimeUnit } from '../numbers.ts'
import type { FaultWindow, Report } from '../types.ts'
import type { AxisRange } from './scales.ts'

export type ChartOption = EChartsOption

export interface Size {
  width: number
  height: number
}

/** A chart's figures as a table, for people who do not see the picture or want to copy from it. */
export interface Table {
  columns: readonly string[]
  rows: readonly (readonly string[])[]
}

/** How values on the axes read, for whoever points at them. */
export interface AxisWords {
  x(value: number): string
  y(value: number): string
}

/** One chart of a report (or of several): everything about it but the drawing. `unit`: how durations are written. */
export interface Chart<Subject = Report> {
  id: string
  title: string
  /** Text alternative; begins with the quantity. */
  aria(subject: Subject, unit?: TimeUnit): string
  /** What the picture shows, with the definition of the quantity, in a sentence or two. */
  caption(subject: Subject, unit?: TimeUnit): string
  /** Why there is nothing to draw, and what would fill the chart; null when there is something. */
  empty(subject: Subject): string | null
  option(subject: Subject, theme: Theme, unit?: TimeUnit): ChartOption
  /** Axes often carry positions, not quantities; this says what a place on them stands for. */
  words(subject: Subject, unit?: TimeUnit): AxisWords
  /** Whether the horizontal axis is the run's time: such charts share cursor and zoom in a window. */
  isOverTime: boolean
  table(subject: Subject, unit?: TimeUnit): Table | null
}

export const CHART_SIZE: Size = { width: 548, height: 300 }

const FONT = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
/** Every chart leaves the same margins, so that time axes line up from one chart to the next. */
const GRID = { left: 52, right: 18, top: 46, bottom: 42, outerBoundsMode: 'none' } as const

/** Grey diagonal lines: fault windows are hatched, never tinted, so that no data colour is mistaken for one. */
const HATCH = {
  image:
    'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%228%22 height=%228%22%3E' +
    '%3Cpath d=%22M-2 2 2-2M0 8 8 0M6 10 10 6%22 stroke=%22%23828c99%22 stroke-width=%221.2%22 stroke-opacity=%22.42%22/%3E%3C/svg%3E',
  repeat: 'repeat',
  imageWidth: 8,
  imageHeight: 8,
} as const

export function paletteOf(theme: Theme): Palette {
  return PALETTES[theme]
}

/** What all charts share: no motion, the house font, a legend above the plot on the right. */
export function frame(colours: Palette): ChartOption {
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: FONT, fontSize: 12, color: colours.muted },
    legend: {
      top: 6,
      right: GRID.right,
      itemWidth: 22,
      itemHeight: 9,
      itemGap: 14,
      // A line's legend shows the line alone; a circle on it would promise points that the chart does not have.
      itemStyle: { opacity: 0 },
      textStyle: { color: colours.muted, fontSize: 12, fontFamily: FONT },
      borderColor: colours.line,
      selectedMode: false,
    },
    grid: { ...GRID },
  }
}

/** The quantity of the vertical axis, horizontal and above it, where it can be read without turning the head. */
export function yAxis(colours: Palette, name: string, range: AxisRange): object {
  const { ticks, ...rest } = range
  const marks = ticks === undefined ? {} : { customValues: [...ticks] }
  return {
    type: 'value',
    name,
    nameLocation: 'end',
    // Level with the legend: the space between it and the plot belongs to the fault numbers.
    nameGap: 28,
    nameTextStyle: { align: 'left', color: colours.muted, fontSize: 12, padding: [0, 0, 0, -GRID.left + 10] },
    axisLine: { show: false, onZero: false },
    axisTick: { show: false, ...marks },
    splitNumber: 4,
    splitLine: { lineStyle: { color: colours.grid } },
    axisLabel: {
      color: colours.muted,
      fontSize: 12,
      formatter: axisNumber,
      ...marks,
    },
    ...rest,
  }
}

/** As much as stands beside the axis. */
function axisNumber(value: number): string {
  return Math.abs(value) < 1e6 ? formatNumber(value) : `${formatNumber(value / 1e6)} M`
}

export function xAxis(colours: Palette, name: string, more: object = {}): object {
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap: 27,
    nameTextStyle: { color: colours.muted, fontSize: 12 },
    axisLine: { show: true, onZero: false, lineStyle: { color: colours.line } },
    axisTick: { show: true, lineStyle: { color: colours.line } },
    splitLine: { show: false },
    axisLabel: {
      color: colours.muted,
      fontSize: 12,
      formatter: (value: number) => formatNumber(value),
      hideOverlap: true,
    },
    ...more,
  }
}

/** Run time in seconds, or in ms for a run shorter than two seconds or where that is wanted. */
export interface TimeScale {
  unit: 's' | 'ms'
  divisor: number
  endMs: number
}

export function timeScale(report: Report, unit: TimeUnit = 'auto'): TimeScale {
  const { tMs, binMs } = report.series
  const lastMs = tMs.length === 0 ? 0 : tMs[tMs.length - 1] + binMs
  // The record may outlast the load by a moment, waiting for last answers; the axis ends with the load.
  const endMs = Math.max(report.durationMs, lastMs > report.durationMs * 1.1 ? lastMs : 0, 1)
  return unit === 'auto' && endMs >= 2000
    ? { unit: 's', divisor: 1000, endMs }
    : { unit: 'ms', divisor: 1, endMs }
}

export function timeAxis(colours: Palette, scale: TimeScale): object {
  const max = scale.endMs / scale.divisor
  const axis = xAxis(colours, `time since the run began (${scale.unit})`, { min: 0, max }) as {
    axisLabel: object
  }
  // The end of a run that lasted 443.16 s is no round number to read other values against.
  return { ...axis, axisLabel: { ...axis.axisLabel, showMaxLabel: Number(max.toPrecision(2)) === max } }
}

/** For charts over time; the vertical values are worded by `y`. */
export function timeWords(report: Report, y: (value: number) => string, unit: TimeUnit = 'auto'): AxisWords {
  const { divisor } = timeScale(report, unit)
  return { x: (value) => formatMs(value * divisor, unit), y }
}

/** Faults are numbered in the order of their beginning; the fault table carries the same numbers. */
export function faultNumber(faults: readonly FaultWindow[], index: number): string {
  return `F${faults.findIndex((fault) => fault.index === index) + 1}`
}

/** What a fault's number takes of the width of a chart, the least ones that the lab draws among them. */
const LABEL_SHARE = 0.04

/** Numbers over the middle of each fault, by its index; those that would overprint one another stand over the first. */
export function faultLabels(
  faults: readonly FaultWindow[],
  shown: readonly FaultWindow[],
  endMs: number,
): ReadonlyMap<number, string> {
  const middle = ({ fromMs, toMs }: FaultWindow): number => (fromMs + Math.min(toMs, endMs)) / 2
  const clusters: FaultWindow[][] = []
  for (const fault of [...shown].sort((a, b) => middle(a) - middle(b))) {
    const last = clusters.at(-1)
    // Half of its label and half of the one that it might stand in.
    const isNear =
      last !== undefined && middle(fault) - middle(last[0]) < (LABEL_SHARE * endMs * (1 + last.length)) / 2
    if (isNear) last.push(fault)
    else clusters.push([fault])
  }
  const labels = new Map<number, string>()
  for (const cluster of clusters) {
    const together = faults.filter((fault) => cluster.includes(fault))
    for (const { index } of cluster) labels.set(index, '')
    labels.set(cluster[0].index, together.map(({ index }) => faultNumber(faults, index)).join(' '))
  }
  return labels
}

/**
 * Shows a rare outcome only where it occurs: a line along zero would say that something is there. The zero before a
 * rise moves to its foot, and the zero after a fall stays, so that steps keep both their edges.
 */
export function whereNonZero(
  points: readonly (readonly [number, number | null])[],
): [number, number | null][] {
  const present = (i: number): boolean => (points[i]?.[1] ?? 0) !== 0
  return points.map(([x, y], i) => {
    if (present(i) || present(i - 1)) return [x, y]
    return present(i + 1) ? [points[i + 1][0], y] : [x, null]
  })
}

/** An invisible series that draws the fault windows behind the data of a time series. */
export function faultSeries(colours: Palette, report: Report, scale: TimeScale): object[] {
  const { faults } = report
  if (faults.length === 0) return []
  const labelled = faults.length <= 12
  const label = { show: labelled, color: colours.muted, fontSize: 11, formatter: '{b}', fontFamily: FONT }
  const at = (ms: number): number => Math.min(ms, scale.endMs) / scale.divisor
  const lasting = faults.filter((fault) => fault.toMs > fault.fromMs && fault.fromMs < scale.endMs)
  const instant = faults.filter((fault) => fault.toMs === fault.fromMs && fault.fromMs <= scale.endMs)
  const nameOf = faultLabels(faults, [...lasting, ...instant], scale.endMs)
  return [
    {
      type: 'line',
      data: [],
      silent: true,
      lineStyle: { color: colours.muted },
      itemStyle: { color: colours.muted },
      z: 0,
      markArea: {
        silent: true,
        itemStyle: { color: HATCH, borderWidth: 0, borderColor: colours.muted },
        label: { ...label, position: 'top', distance: 4 },
        data: lasting.map((fault) => [
          { name: nameOf.get(fault.index), xAxis: at(fault.fromMs) },
          { xAxis: at(fault.toMs) },
        ]),
      },
      markLine: {
        silent: true,
        symbol: 'none',
        lineStyle: { color: colours.muted, type: [2, 3], width: 1 },
        label: { ...label, position: 'end', distance: 2 },
        data: instant.map((fault) => ({ name: nameOf.get(fault.index), xAxis: at(fault.fromMs) })),
      },
    },
  ]
}

export interface LineStyle {
  name: string
  colour: string
  dashed?: boolean
  /** Lengths of dashes and gaps, where several lines of one hue are told apart. */
  dash?: readonly number[]
  width?: number
  opacity?: number
  /** Opacity of the area under the line; none where left out. */
  area?: number
  step?: 'start' | 'end'
}

export function lineSeries(style: LineStyle, data: readonly (readonly [number, number | null])[]): object {
  return {
    type: 'line',
    name: style.name,
    data,
    symbol: 'none',
    silent: true,
    connectNulls: false,
    ...(style.step === undefined ? {} : { step: style.step }),
    itemStyle: { color: style.colour },
    lineStyle: {
      color: style.colour,
      width: style.width ?? 2,
      type: style.dash !== undefined ? [...style.dash] : style.dashed === true ? [5, 4] : 'solid',
      opacity: style.opacity ?? 1,
    },
    ...(style.area === undefined ? {} : { areaStyle: { color: style.colour, opacity: style.area } }),
  }
}

/** Points of a binned series on the time axis; the last bin is drawn out to its end. */
export function binned(
  scale: TimeScale,
  tMs: readonly number[],
  binMs: number,
  values: readonly (number | null)[],
): [number, number | null][] {
  const points = tMs.map((t, i): [number, number | null] => [t / scale.divisor, values[i] ?? null])
  const last = points[points.length - 1]
  if (last !== undefined)
    points.push([Math.min(tMs[tMs.length - 1] + binMs, scale.endMs) / scale.divisor, last[1]])
  return points
}

/** Rows of a time series' table: at most `most`, evenly spaced. */
export function thinned<T>(items: readonly T[], most = 24): T[] {
  if (items.length <= most) return [...items]
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))])
}
