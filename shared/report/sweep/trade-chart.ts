import { CHART_SIZE, frame, lineSeries, paletteOf, xAxis, type Chart } from '../charts/frame.ts'
import { isMoreBetter } from '../compare/comparison.ts'
import type { Palette } from '../palette.ts'
import { figureAxis, verticalAxis } from './figure-axis.ts'
import { unbeaten, type Trade } from './lay-out.ts'
import { placeNames } from './place-names.ts'
import type { Sweep } from './types.ts'
import { briefWords, sweepFigureText } from './words.ts'

const MARK_PX = 7
const BEST_MARK_PX = 9
const NAME_PX = 11
/** Of the picture, around the plot; the names of axes stand there. */
const GRID = { left: 52, right: 18, top: 46, bottom: 42 }
const PLOT = {
  width: CHART_SIZE.width - GRID.left - GRID.right,
  height: CHART_SIZE.height - GRID.top - GRID.bottom,
}

/** One figure against another, a point for each combination; those that no other beats stand out. */
export function tradeChart(sweep: Sweep, trade: Trade): Chart<Sweep> {
  const { rows, metrics, seeds, vary } = sweep
  const [x, y] = [trade.x, trade.y].map((at) => ({
    name: metrics[at].name,
    at,
    axis: figureAxis(
      metrics[at].name,
      rows.map(({ figures }) => figures[at]),
    ),
  }))
  const best = unbeaten(sweep, trade)
  const points = rows
    .flatMap((row) => {
      const [a, b] = [row.figures[x.at].median, row.figures[y.at].median]
      return a === null || b === null ? [] : [{ row, a, b, name: briefWords(vary, row.set) }]
    })
    .sort((one, other) => one.a - other.a)
  const inFront = points.filter(({ row }) => best.has(row))
  const behind = points.filter(({ row }) => !best.has(row))
  const wish = (name: string): string => `${isMoreBetter(name) ? 'more' : 'less'} ${name}`
  return {
    id: `sweep-trade-${x.name}-${y.name}`.replaceAll('.', '-'),
    title: `${x.name} against ${y.name}`,
    aria: () => `${x.name} against ${y.name}. Not beaten: ${inFront.map(({ name }) => name).join('; ')}.`,
    caption: () =>
      `Each point is a combination${seeds.length === 1 ? '' : ', by its medians'}; ${wish(x.name)} and ${wish(y.name)} is better. ` +
      'A filled one is beaten by none: what is better in one figure is worse in the other' +
      `${seeds.length === 1 ? '.' : ', with every seed.'}`,
    empty: () => (points.length < 2 ? 'Fewer than two combinations have both figures.' : null),
    option: (_, theme) => {
      const colours = paletteOf(theme)
      const { ticks, ...bounds } = x.axis.range
      const sides = placeNames(
        inFront.map(({ a, b, name }) => ({ x: x.axis.share(a), y: 1 - y.axis.share(b), name })),
        behind.map(({ a, b, name }) => ({ x: x.axis.share(a), y: 1 - y.axis.share(b), name })),
        PLOT,
      )
      // The window tells them by name; the picture does where there is room.
      const named = ({ a, b, name }: { a: number; b: number; name: string }) => ({
        name,
        value: [x.axis.drawn(a), y.axis.drawn(b)] as [number, number],
      })
      const marks = ticks === undefined ? {} : { customValues: [...ticks] }
      return {
        ...frame(colours),
        grid: { ...GRID, outerBoundsMode: 'none' },
        legend: { show: false },
        xAxis: xAxis(colours, x.axis.title, {
          ...bounds,
          axisTick: { show: true, lineStyle: { color: colours.line }, ...marks },
          axisLabel: { color: colours.muted, fontSize: 12, formatter: x.axis.tick, ...marks },
        }),
        yAxis: verticalAxis(colours, y.axis),
        series: [
          {
            ...dots(colours, 'beaten', { px: MARK_PX, fill: colours.card, edge: colours.neutral }),
            data: behind.map(named),
          },
          {
            ...dots(colours, 'not beaten', {
              px: BEST_MARK_PX,
              fill: colours.neutralDeep,
              edge: colours.card,
            }),
            data: inFront.map((point, i) => ({
              ...named(point),
              label: {
                show: sides[i] !== null,
                formatter: () => point.name,
                position: sides[i] ?? 'right',
                distance: 6,
                color: colours.ink,
                fontSize: NAME_PX,
              },
            })),
          },
        ],
      }
    },
    words: () => ({ x: x.axis.text, y: y.axis.text }),
    isOverTime: false,
    table: () => ({
      columns: ['combination', x.name, y.name, 'beaten'],
      rows: points.map(({ row, name }) => [
        name,
        sweepFigureText(x.name, row.figures[x.at]),
        sweepFigureText(y.name, row.figures[y.at]),
        best.has(row) ? 'no' : 'yes',
      ]),
    }),
  }
}

function dots(
  colours: Palette,
  name: string,
  { px, fill, edge }: { px: number; fill: string; edge: string },
): object {
  return {
    ...lineSeries({ name, colour: colours.neutral, width: 0 }, []),
    showSymbol: true,
    symbol: 'circle',
    symbolSize: px,
    itemStyle: { color: fill, borderColor: edge, borderWidth: 1.4 },
  }
}
