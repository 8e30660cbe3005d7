import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { murmur3x32, utf8Bytes } from '../../shared/base/hash.ts'
import type { ChartOption, Size } from '../../shared/report/charts/index.ts'
import { withNamesFitted } from '../../shared/report/charts/legend.ts'

use([BarChart, LineChart, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, SVGRenderer])

/**
 * Draws a chart option as an SVG element, without a DOM. Equal options give equal text, whatever was drawn before.
 * The colours are in the option, so a theme changes nothing here.
 */
export function drawChart(option: ChartOption, size: Size): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: size.width, height: size.height })
  try {
    chart.setOption(option)
    return withStableIds(chart.renderToSVGString())
  } finally {
    chart.dispose()
  }
}

/** The same for charts whose lines have long names above them, cut to what the picture has room for. */
export function drawNamedLines(option: ChartOption, size: Size): string {
  return drawChart(withNamesFitted(option, size.width), size)
}

/**
 * ECharts numbers its drawings through the life of the process and puts that number into ids (`zr7-c0`). Here the
 * drawing's own hash takes its place, so that ids are still unique on a page of many drawings. What serves only a
 * page with scripts (hover styles, their classes, references to data) is left out.
 */
function withStableIds(svg: string): string {
  const still = svg
    .replace(/<style >[^]*?<\/style>\n?/g, '')
    .replace(/ (?:class|ecmeta_\w+|xmlns:xlink)="[^"]*"/g, '')
    .replace(/\bzr\d+-(?=[cgps]\d)/g, '\u0000-')
  const hash = murmur3x32(utf8Bytes(still)).toString(16).padStart(8, '0')
  return still.replaceAll('\u0000', `z${hash}`)
}
