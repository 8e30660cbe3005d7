import { describe, expect, test } from 'vitest'
import { PALETTES } from '../palette.ts'
import { namesAbove, withNamesFitted } from './legend.ts'

interface Legend {
  data: { name: string }[]
  formatter: (series: string) => string
  itemStyle: { opacity: number }
}

const LONG = 'Cassandra, three regions at LOCAL_QUORUM'
const ALIKE = 'Cassandra, three regions at QUORUM'

function drawn(labels: readonly string[], widthPx?: number): { names: string[]; top: number } {
  const option = namesAbove(
    PALETTES.light,
    labels.map((label, i) => ({ series: `${i}: reads`, label })),
    { between: 'axis', hasMarkers: true },
  )
  const { legend, grid } = widthPx === undefined ? option : withNamesFitted(option, widthPx)
  const { data, formatter } = legend as unknown as Legend
  return { names: data.map(({ name }) => formatter(name)), top: (grid as { top: number }).top }
}

describe('names above a plot', () => {
  test('are cut inside to what the picture has room for, and still told apart', () => {
    const four = [LONG, ALIKE, 'etcd', LONG.replace('Cassandra', 'Riak')]
    const narrow = drawn(four, 400).names
    const wide = drawn(four, 700).names
    expect(narrow[2]).toBe('etcd')
    expect(narrow[0]).toMatch(/^Cas.*….*UM$/)
    expect(wide[0].length).toBeGreaterThan(narrow[0].length)
    expect(new Set(wide).size).toBe(4)
    expect(drawn([LONG, ALIKE], 1200).names).toEqual([LONG, ALIKE])
  })

  test('what a short name leaves goes to a long one', () => {
    const [long] = drawn([LONG, 'a', 'b', 'c'], 548).names
    const [cut] = drawn([LONG, LONG, LONG, LONG], 548).names
    expect(long.length).toBeGreaterThan(2 * cut.length)
  })

  test('take the plot no more than a row for four of them, and never more than three rows', () => {
    const top = (count: number) => drawn(Array.from({ length: count }, (_, i) => `run ${i}`)).top
    expect(top(2)).toBe(top(4))
    expect(top(5)).toBeGreaterThan(top(4))
    expect(top(50)).toBe(top(12))
  })

  test('leave other legends as they are', () => {
    const option = { legend: { top: 6 } }
    expect(withNamesFitted(option, 400)).toBe(option)
  })
})
