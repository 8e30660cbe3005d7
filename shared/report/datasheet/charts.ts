import type { ChartOption } from '../charts/index.ts'
import { frame, lineSeries, paletteOf, xAxis, yAxis, type Chart } from '../charts/frame.ts'
import { latencyScale, tickAxis, zeroLogScale } from '../charts/scales.ts'
import { formatCount, formatMs, formatNumber } from '../numbers.ts'
import type { Palette } from '../palette.ts'
import type { Datasheet } from './types.ts'

const markers = (colours: Palette, colour: string, size: number): object => ({
  showSymbol: true,
  symbol: 'circle',
  symbolSize: size,
  itemStyle: { color: colour, borderColor: colours.card, borderWidth: 1 },
})

/** P(fresh | t), by a probe that reads each version at a given time after its acknowledgement. */
export const visibilityChart: Chart<Datasheet> = {
  id: 'visibility',
  title: 'P(fresh | t): how soon a write is visible everywhere',
  aria: ({ visibility: { freshAtZero, t999Ms } }) =>
    `Visibility of writes: a read that begins when the write was acknowledged returns it with probability ` +
    `${formatNumber(freshAtZero, 5)}; ${t999Ms === null ? '99.9 % are not reached' : `99.9 % are reached after ${formatMs(t999Ms)}`}.`,
  caption: ({ visibility: { points } }) =>
    `Of reads that began t after a write of their key was acknowledged, the share that returned it; writer and reader are ` +
    `drawn evenly among clients beside the replicas, ${formatCount(points[0]?.reads ?? 0)} reads for each t.`,
  empty: ({ visibility: { points } }) => (points.length === 0 ? 'No write was acknowledged.' : null),
  option: ({ visibility: { points } }, theme): ChartOption => {
    const colours = paletteOf(theme)
    const scale = zeroLogScale(
      points.map(({ tMs }) => tMs),
      formatNumber,
    )
    const low = Math.min(...points.map(({ fresh }) => fresh))
    const floor = low === 1 ? 0 : ([0.99, 0.9].find((each) => low >= each) ?? 0)
    return {
      ...frame(colours),
      legend: { show: false },
      xAxis: xAxis(colours, 't: delay of the read after the acknowledgement (ms)', {
        min: scale.min,
        max: scale.max,
        ...tickAxis(scale.ticks, { color: colours.muted, fontSize: 12 }),
      }),
      yAxis: yAxis(colours, 'P(fresh | t)', {
        min: floor,
        max: 1,
        interval: (1 - floor) / (floor === 0 ? 4 : 5),
      }),
      series: [
        {
          ...lineSeries(
            { name: 'measured', colour: colours.stale, width: 1.5 },
            points.map(({ tMs, fresh }) => [scale.position(tMs), fresh]),
          ),
          ...markers(colours, colours.stale, 7),
        },
      ],
    }
  },
  words: ({ visibility: { points } }, unit) => {
    const scale = zeroLogScale(
      points.map(({ tMs }) => tMs),
      formatNumber,
    )
    return { x: (at) => `t = ${formatMs(scale.timeAt(at), unit)}`, y: (value) => formatNumber(value, 5) }
  },
  isOverTime: false,
  table: ({ visibility: { points } }) => ({
    columns: ['t', 'P(fresh | t)', 'reads'],
    rows: points.map(({ tMs, fresh, reads }) => [
      `${formatNumber(tMs)} ms`,
      formatNumber(fresh, 5),
      formatCount(reads),
    ]),
  }),
}

/** Mean latency against throughput as more and more sessions ask without a pause. */
export const saturationChart: Chart<Datasheet> = {
  id: 'saturation',
  title: 'Latency against throughput',
  aria: ({ saturation: { sentence } }) => `Latency against throughput. ${sentence}`,
  caption: () =>
    'Each point is a run in which so many sessions ask without a pause, twice as many as at the point before; ' +
    'latency is the mean time of an operation (sessions / throughput). The large point is the knee: most throughput per latency.',
  empty: ({ saturation: { points, sentence } }) => (points.length === 0 ? sentence : null),
  option: ({ saturation: { points, knee } }, theme): ChartOption => {
    const colours = paletteOf(theme)
    const at = points.map(({ okPerS, meanMs }): [number, number] => [okPerS, meanMs])
    const kneeAt = knee === null ? undefined : at[knee]
    return {
      ...frame(colours),
      legend: { show: false },
      xAxis: xAxis(colours, 'successful operations per second', {
        min: 0,
        splitNumber: 4,
        axisLabel: {
          color: colours.muted,
          fontSize: 12,
          formatter: (value: number) => formatNumber(value),
          alignMaxLabel: 'right',
        },
      }),
      yAxis: yAxis(colours, 'mean latency (ms)', latencyScale(points.map(({ meanMs }) => meanMs))),
      series: [
        {
          ...lineSeries({ name: 'load', colour: colours.neutral, width: 1.5 }, at),
          ...markers(colours, colours.neutral, 7),
        },
        ...(kneeAt === undefined
          ? []
          : [
              {
                ...lineSeries({ name: 'knee', colour: colours.neutralDeep, width: 0 }, [kneeAt]),
                ...markers(colours, colours.neutralDeep, 13),
              },
            ]),
      ],
    }
  },
  words: (_, unit) => ({ x: (value) => `${formatNumber(value)} per s`, y: (value) => formatMs(value, unit) }),
  isOverTime: false,
  table: ({ saturation: { points } }, unit) => ({
    columns: ['sessions', 'per second', 'mean latency', 'read p99', 'write p99', 'busiest replica', 'busy'],
    rows: points.map(({ sessions, okPerS, meanMs, readLatency, writeLatency, busiest, busy }) => [
      formatCount(sessions),
      formatNumber(okPerS),
      formatMs(meanMs, unit),
      formatMs(readLatency.p99Ms, unit),
      formatMs(writeLatency.p99Ms, unit),
      busiest,
      `${formatNumber(busy * 100)} %`,
    ]),
  }),
}

export const DATASHEET_CHARTS: readonly Chart<Datasheet>[] = [visibilityChart, saturationChart]
