import { NameHash } from './hashes/index.ts'
import { arcLength, arcOf, RING } from './ring.ts'
import type { Layout } from './types.ts'

/**
 * Layouts of one key space over the same units, the largest that none of them cuts. Where they are rings these are the arcs
 * between the ends of all; of the other schemes only such layouts as have their units in common may be given.
 */
export function refined(layouts: readonly Layout[]): Layout[] {
  const [{ setup }] = layouts
  const allEnds = layouts.flatMap(({ ends }) => (ends === undefined ? [] : [...ends]))
  if (layouts.length === 1 || allEnds.length === 0) return [...layouts]
  const ends = Uint32Array.from(new Set(allEnds)).sort()
  const names = new NameHash(setup.spec.hash ?? 'murmur3')
  const whole = { tokens: ends, owners: new Uint16Array(0) }
  const shares = Float64Array.from(ends, (_, arc) => arcLength(whole, arc) / RING)
  const unitOf = (name: string): number => arcOf(ends, names.position(name))
  return layouts.map((layout) => {
    const former = Uint32Array.from(ends, (end) => arcOf(layout.ends as Uint32Array, end))
    return {
      setup: layout.setup,
      ends,
      shares,
      members: Array.from(former, (unit) => layout.members[unit]),
      candidates: (arc) => layout.candidates(former[arc]),
      unitOf,
    }
  })
}
