import type { ChartQuery } from '../../../shared/ipc/contract.ts'
import { CHARTS, type ChartOption, type Size } from '../../../shared/report/charts/index.ts'
import { withNamesFitted } from '../../../shared/report/charts/legend.ts'
import { COMPARE_CHARTS } from '../../../shared/report/compare/charts.ts'
import { labelsOf, type ComparedRuns } from '../../../shared/report/compare/comparison.ts'
import { DATASHEET_CHARTS } from '../../../shared/report/datasheet/charts.ts'
import type { Datasheet } from '../../../shared/report/datasheet/types.ts'
import { sweepCharts } from '../../../shared/report/sweep/charts.ts'
import type { Sweep } from '../../../shared/report/sweep/types.ts'
import type { Report } from '../../../shared/report/types.ts'
import { drawChart } from '../draw-chart.ts'

/** In a card narrower than this the legend has less room beside the name of the axis. */
const NARROW_PX = 540

/** A chart of one run, or of several on the same axes, as the text of an SVG. Throws with a sentence. */
export function drawRunChart(
  reports: readonly Report[],
  { chart, theme, unit, range, highlight = null, ...size }: Omit<ChartQuery, 'ids'>,
): string {
  const option =
    reports.length === 1
      ? known(CHARTS, chart).option(reports[0], theme, unit)
      : known(COMPARE_CHARTS, chart).option(runsOf(reports, highlight), theme, unit)
  return drawn(option, range, size)
}

/** The same of a datasheet. */
export function drawSheetChart(
  sheet: Datasheet,
  { chart, theme, unit, range, ...size }: Omit<ChartQuery, 'ids'>,
): string {
  return drawn(known(DATASHEET_CHARTS, chart).option(sheet, theme, unit), range, size)
}

/** The same of a sweep, whose charts depend on what was varied. */
export function drawSweepChart(
  sweep: Sweep,
  { chart, theme, unit, range, ...size }: Omit<ChartQuery, 'ids'>,
): string {
  return drawn(known(sweepCharts(sweep), chart).option(sweep, theme, unit), range, size)
}

function drawn(option: ChartOption, range: ChartQuery['range'], size: Size): string {
  const fitting = withNamesFitted(size.width < NARROW_PX ? narrow(option) : option, size.width)
  return drawChart(range === null ? fitting : within(fitting, range), size)
}

function known<Chart extends { id: string }>(charts: readonly Chart[], id: string): Chart {
  const found = charts.find((each) => each.id === id)
  if (found === undefined) throw new Error(`There is no chart "${id}".`)
  return found
}

function runsOf(reports: readonly Report[], highlight: number | null): ComparedRuns {
  const labels = labelsOf(reports)
  return reports.map((report, i) => ({
    label: labels[i],
    report,
    isFaint: highlight !== null && i !== highlight,
  }))
}

function narrow(option: ChartOption): ChartOption {
  return { ...option, legend: { ...(option.legend as object), itemGap: 9, itemWidth: 15 } }
}

function within(option: ChartOption, { from, to }: { from: number; to: number }): ChartOption {
  return {
    ...option,
    xAxis: { ...(option.xAxis as object), min: from, max: to },
  }
}
