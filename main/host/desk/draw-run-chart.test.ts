import { expect, test } from 'vitest'
import { sampleReport } from '../../../shared/report/testdata/sample-report.ts'
import { drawRunChart } from './draw-run-chart.ts'

const QUERY = {
  chart: 'throughput',
  theme: 'light',
  unit: 'auto',
  width: 500,
  height: 280,
  range: null,
} as const

/** Numbers on the horizontal axis, which stand lowest. */
function ticksOf(svg: string): number[] {
  const texts = [...svg.matchAll(/translate\(([\d.]+) ([\d.]+)\)[^>]*>([\d.]+)<\/text>/g)]
  const lowest = Math.max(...texts.map(([, , y]) => Number(y)))
  return texts.filter(([, , y]) => Number(y) === lowest).map(([, , , text]) => Number(text))
}

test('a chart is drawn in the size that is wanted', () => {
  expect(drawRunChart([sampleReport()], QUERY)).toMatch(/^<svg width="500" height="280"/)
})

test('of an axis only the part that is looked at is drawn', () => {
  const all = ticksOf(drawRunChart([sampleReport()], QUERY))
  const part = ticksOf(drawRunChart([sampleReport()], { ...QUERY, range: { from: 6, to: 8 } }))
  expect([all[0], all.length > 2]).toEqual([0, true])
  expect(part.length).toBeGreaterThan(2)
  expect(Math.min(...part)).toBeGreaterThanOrEqual(6)
  expect(Math.max(...part)).toBeLessThanOrEqual(8)
})

test('several runs share the axes of the charts that compare', () => {
  const runs = [sampleReport(), sampleReport({ seed: 99 })]
  expect(drawRunChart(runs, { ...QUERY, chart: 'compare-throughput' })).toContain('99')
})

test('the run that is looked at stands before the others; its name is cut to what the picture has room for', () => {
  const name = 'A topology with a name that is far too long for any legend'
  const named = (seed: number) => {
    const report = sampleReport({ seed })
    return { ...report, topology: { ...report.topology, name: `${name}, ${seed}` } }
  }
  const runs = [named(1), named(2), named(3)]
  const query = { ...QUERY, chart: 'compare-throughput' }
  const alike = drawRunChart(runs, query)
  const faintOf = (svg: string) => [...svg.matchAll(/stroke-opacity="0\.16"/g)].length
  expect(faintOf(alike)).toBe(0)
  expect(faintOf(drawRunChart(runs, { ...query, highlight: 1 }))).toBeGreaterThanOrEqual(2)
  expect(alike).not.toContain(name)
  expect(alike).toMatch(/A topol[^<]*…[^<]*, 3</)
  expect(drawRunChart(runs, { ...query, width: 2000 })).toContain(`${name}, 3`)
})

test('the names of up to four runs stand in one row, however wide the picture', () => {
  const names = [
    'Cassandra, three regions at LOCAL_QUORUM',
    'PostgreSQL, ASYNCHRONOUS STANDBY ON THE OTHER COAST',
    'etcd',
    'a topology with a name that goes on: mmmmwwww WWWW MMMM',
  ]
  for (const count of [2, 3, 4]) {
    const runs = names.slice(0, count).map((name) => {
      const report = sampleReport()
      return { ...report, topology: { ...report.topology, name } }
    })
    for (const width of [400, 487, 533, 548, 700, 960]) {
      const svg = drawRunChart(runs, { ...QUERY, chart: 'compare-throughput', width })
      const heads = names.slice(0, count).map((name) => name.slice(0, 3))
      const rows = [...svg.matchAll(/translate\(([\d.]+) ([\d.]+)\)"[^>]*>([^<]+)<\/text>/g)]
        .filter(([, , , text]) => heads.includes(text.slice(0, 3)))
        .map(([, , y]) => y)
      expect(rows).toHaveLength(count)
      expect(new Set(rows).size, `${count} names in ${width} px`).toBe(1)
    }
  }
})

test('what is no chart is said to be none', () => {
  expect(() => drawRunChart([sampleReport()], { ...QUERY, chart: 'compare-throughput' })).toThrow(
    'There is no chart "compare-throughput".',
  )
})
