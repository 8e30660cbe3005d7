import { formatCount, formatPercent } from '../numbers.ts'
import type { Report } from '../types.ts'
import { shardWords } from '../words.ts'
import { busiest, categories, leftOutWords } from './categories.ts'
import { frame, paletteOf, yAxis, type Chart } from './frame.ts'

/** A shard that is asked so many times its even share is a hot spot. */
export const HOT_FACTOR = 2

/** What clients asked of each shard, as a share of all: an even spread is a level row of bars. */
export const shardLoad: Chart = {
  id: 'shard-load',
  title: 'Load per shard',
  aria: ({ load: { shards } }) => {
    const [first] = [...shards].sort((a, b) => b.share - a.share)
    return (
      `Load per shard: ${formatCount(shards.length)} shards` +
      (first === undefined
        ? '.'
        : `; the busiest, shard ${first.id}, took ${formatPercent(first.share)} of all requests.`)
    )
  },
  caption: ({ load: { shards } }) =>
    `Of all that clients asked, attempts counted one by one, the share that fell on each shard. Dark: ${HOT_FACTOR} times an even share and more; the dashed line is an even share.` +
    leftOutWords(shards.length),
  empty: ({ load: { shards } }) =>
    shards.length === 0 ? 'The keys are not divided. A topology with partitioning fills this chart.' : null,
  option: (report, theme) => {
    const colours = paletteOf(theme)
    const shards = drawn(report)
    const even = 100 / Math.max(1, report.load.shards.length)
    const base = frame(colours)
    return {
      ...base,
      legend: { show: false },
      ...categories(
        colours,
        'shard',
        shards.map(({ id }) => String(id)),
      ),
      yAxis: yAxis(colours, 'share of requests (%)', { min: 0 }),
      series: [
        {
          type: 'bar',
          name: 'requests',
          silent: true,
          barMaxWidth: 28,
          barCategoryGap: '28%',
          itemStyle: { color: colours.neutral },
          data: shards.map(({ share }) => ({
            value: share * 100,
            itemStyle: {
              color: share * 100 >= HOT_FACTOR * even ? colours.neutralDeep : colours.neutralSoft,
            },
          })),
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { color: colours.muted, type: [5, 4], width: 1 },
            data: [{ yAxis: even }],
          },
        },
      ],
    }
  },
  words: (report) => {
    const shards = drawn(report)
    return {
      x: (index) =>
        `shard ${shards[index] === undefined ? '' : shardWords(shards[index].id, shards[index])} on ${shards[index]?.replicas.join(', ') ?? ''}`,
      y: (percent) => formatPercent(percent / 100),
    }
  },
  isOverTime: false,
  table: ({ load: { shards } }) => ({
    columns: ['shard', 'replicas', 'requests', 'share'],
    rows: shards.map(({ id, replicas, asked, share, ...range }) => [
      shardWords(id, range),
      replicas.join(', '),
      formatCount(asked),
      formatPercent(share),
    ]),
  }),
}

function drawn({ load: { shards } }: Report): Report['load']['shards'] {
  return [...busiest(shards, ({ asked }) => asked)]
}
