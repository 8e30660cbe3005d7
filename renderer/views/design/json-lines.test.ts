import { describe, expect, test } from 'vitest'
import preset from '../../../presets/cassandra-three-regions.topology.json?raw'
import { pathOf, type Step } from '../../../shared/topology/problems.ts'
import { lineOf, linesOf } from './json-lines.ts'

const TEXT = `{
  "name": "a \\"quoted\\" name",
  "regions": [
    { "id": "east" },
    {
      "id": "west"
    }
  ],
  "params":
    { "odd key": [1, -2.5e3, true, null] }
}`

describe('lines of paths', () => {
  test('are those on which the value, or its name, stands', () => {
    const lines = linesOf(TEXT)
    expect(Object.fromEntries(lines)).toMatchObject({
      $: 0,
      '$.name': 1,
      '$.regions': 2,
      '$.regions[0]': 3,
      '$.regions[0].id': 3,
      '$.regions[1]': 4,
      '$.regions[1].id': 5,
      '$.params': 8,
      '$.params["odd key"]': 9,
      '$.params["odd key"][3]': 9,
    })
  })

  test('name every value of a real file, on a line that holds its text', () => {
    const lines = linesOf(preset)
    const rows = preset.split('\n')
    let leaves = 0
    const walk = (value: unknown, steps: readonly Step[]): void => {
      const line = lines.get(pathOf(steps))
      expect(line).toBeDefined()
      if (typeof value === 'object' && value !== null) {
        for (const [name, item] of Object.entries(value))
          walk(item, [...steps, Array.isArray(value) ? Number(name) : name])
        return
      }
      leaves++
      expect(rows[line ?? -1]).toContain(JSON.stringify(value))
    }
    walk(JSON.parse(preset), [])
    expect(leaves).toBeGreaterThan(100)
  })

  test('are known up to where a broken text breaks off', () => {
    for (let end = 0; end < TEXT.length; end++) expect(() => linesOf(TEXT.slice(0, end))).not.toThrow()
    const lines = linesOf(TEXT.replace('"id": "west"', '"id" "west"'))
    expect(lines.get('$.regions[0].id')).toBe(3)
    expect(lines.has('$.params')).toBe(false)
    expect(linesOf('[,]').has('$[1]')).toBe(false)
  })
})

describe('the line of a problem', () => {
  const lines = linesOf(TEXT)
  test('is that of its path, else of what surrounds it', () => {
    expect(lineOf('$.regions[1].id', '', lines)).toBe(5)
    expect(lineOf('$.regions[1].at.x', '', lines)).toBe(4)
    expect(lineOf('$.regions[7]', '', lines)).toBe(2)
    expect(lineOf('$.params["odd key"][2].x', '', lines)).toBe(9)
    expect(lineOf('$.nothing', '', lines)).toBe(0)
  })

  test('of a fault in the text is the one that its sentence names', () => {
    expect(lineOf('$', 'A comma or } is expected, at line 7, column 3.', lines)).toBe(6)
    expect(lineOf('$.name', 'See line 7, column 3.', lines)).toBe(1)
  })
})
