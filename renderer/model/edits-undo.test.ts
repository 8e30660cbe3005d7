import fc from 'fast-check'
import { expect, test } from 'vitest'
import cassandra from '../../presets/cassandra-three-regions.topology.json?raw'
import pbs from '../../presets/pbs-linkedin-disk.topology.json?raw'
import riak from '../../presets/riak.topology.json?raw'
import { strategies } from '../../shared/protocols/registry.ts'
import { checkTopology } from '../../shared/topology/parse.ts'
import { addPlace, addRegion, idsOf, remove, rename, setOf } from './edits.ts'
import { copy, duplicate, paste } from './edits-clipboard.ts'
import { PALETTE } from './edits-groups.ts'
import { addLink, removeLink, setLink } from './edits-links.ts'
import { setValue } from './edits-settings.ts'
import { fileOf, textOf, type TopologyFile } from './file.ts'
import { sceneOf } from './layout.ts'
import { align, arrange, ARRANGEMENTS, distribute, moveTo, nudge } from './layout-arrange.ts'
import { advance, redo, timelineOf, undo } from './undo.ts'

type Edit = (file: TopologyFile, pick: (count: number) => number) => TopologyFile

const someId: (file: TopologyFile, pick: (count: number) => number) => string = (file, pick) => {
  const ids = [...idsOf(file)]
  return ids[pick(ids.length)] ?? 'nobody'
}

/** Everything that Design can do, with its choices drawn. */
const EDITS: readonly Edit[] = [
  (file, pick) => PALETTE[pick(PALETTE.length)].add(file, { x: pick(900), y: pick(600) }, null).file,
  (file) => addRegion(file, null).file,
  (file, pick) => addPlace(file, pick(2) === 0 ? 'replica' : 'client', { region: someId(file, pick) }).file,
  (file, pick) => rename(file, someId(file, pick), `n${pick(40)}`),
  (file, pick) => (file.regions.length > 1 ? remove(file, [someId(file, pick)]) : file),
  (file, pick) => nudge(file, [someId(file, pick), someId(file, pick)], { x: 8 * pick(9), y: -8 * pick(9) }),
  (file, pick) => {
    const region = file.regions[pick(file.regions.length)]?.id ?? ''
    const at = { x: pick(2_000) - 500, y: pick(2_000) - 500 }
    return moveTo(file, sceneOf(file), [{ id: someId(file, pick), at, region }])
  },
  (file, pick) => duplicate(file, [someId(file, pick)]).file,
  (file, pick) => {
    const clip = copy(file, [someId(file, pick), someId(file, pick)])
    return clip === null ? file : paste(file, clip, { region: someId(file, pick) }).file
  },
  (file, pick) => align(file, [...idsOf(file)].slice(0, 2 + pick(4)), pick(2) === 0 ? 'left' : 'middle'),
  (file, pick) => distribute(file, [...idsOf(file)].slice(0, 3 + pick(4)), pick(2) === 0 ? 'x' : 'y'),
  (file, pick) => arrange(file, ARRANGEMENTS[pick(ARRANGEMENTS.length)].value),
  (file, pick) => {
    const from = someId(file, pick)
    const to = someId(file, pick)
    return from === to ? file : addLink(file, from, to, pick(90))
  },
  (file, pick) => {
    const from = someId(file, pick)
    const to = someId(file, pick)
    const direction = (['both', 'there', 'back'] as const)[pick(3)]
    return from === to
      ? file
      : setLink(file, from, to, direction, 'lossPpm', pick(3) === 0 ? undefined : pick(99))
  },
  (file, pick) => removeLink(file, someId(file, pick), someId(file, pick)),
  (file, pick) =>
    setOf(file, 'replica', file.replicas[pick(file.replicas.length)]?.id ?? '', ['disk', 'fsync'], pick(9)),
  (file, pick) => setValue(file, ['replication', 'params', 'r'], pick(2) === 0 ? undefined : 1),
  (file, pick) => setValue(file, ['run', 'durationMs'], pick(2) === 0 ? undefined : 5_000 + pick(9_000)),
  (file, pick) => setValue(file, ['name'], `Name ${pick(1_000)}`),
]

const START = [cassandra, pbs, riak].map((text) => {
  const file = fileOf(text)
  if (file === null) throw new Error('the preset is no file')
  return file
})

/** What may be wrong with a file half way: too few places, or too few for the strategy. */
const UNFINISHED = /^\$\.(regions|replicas|clients|replication\.params\.\w+|consistency\.\w+)$/

const sequences = fc.array(fc.tuple(fc.nat(EDITS.length - 1), fc.infiniteStream(fc.nat(1 << 20))), {
  minLength: 50,
  maxLength: 80,
})

test('fifty edits and more: every file keeps to the format, and undo and redo return the very bytes', () => {
  fc.assert(
    fc.property(fc.constantFrom(...START), sequences, (start, sequence) => {
      let timeline = timelineOf(start)
      const texts = [textOf(start)]
      for (const [index, draws] of sequence) {
        const pick = (count: number): number => (count === 0 ? 0 : (draws.next().value ?? 0) % count)
        const before = textOf(timeline.present)
        const next = EDITS[index](timeline.present, pick)
        // Nothing is changed in place, and what changes nothing is the same object.
        expect(textOf(timeline.present)).toBe(before)
        if (next === timeline.present) continue
        expect(textOf(next)).not.toBe(before)
        timeline = advance(timeline, next, 'Edit', null)
        texts.push(textOf(next))
      }
      // No matrix knows regions that are called anything.
      const checked = checkTopology(setValue(timeline.present, ['links', 'rtt'], undefined), strategies)
      const problems = checked.ok ? [] : checked.error
      expect(problems.filter(({ path }) => !UNFINISHED.test(path))).toEqual([])
      for (const text of texts.toReversed()) {
        expect(textOf(timeline.present)).toBe(text)
        timeline = undo(timeline)
      }
      expect(timeline.past).toEqual([])
      for (const text of texts) {
        expect(textOf(timeline.present)).toBe(text)
        timeline = redo(timeline)
      }
      expect(textOf(timeline.present)).toBe(texts.at(-1))
    }),
    { numRuns: 20 },
  )
})
