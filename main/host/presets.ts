import index from '../../presets/index.json'
import { isObject } from '../../shared/topology/problems.ts'

/** A preset: a topology file that ships with the lab, and its line in the list. */
export interface Preset {
  id: string
  name: string
  strategy: string
  cap: string
  summary: string
  /** The file as written. */
  text: string
}

/** The files themselves, embedded when the program is built, so that presets are found wherever it is started. */
const TEXTS = import.meta.glob<string>('../../presets/*.topology.json', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** All presets, by id. Their files are valid: a test of the presets says so. */
export const presets: ReadonlyMap<string, Preset> = new Map(
  index.flatMap(({ id, summary, cap }) => {
    const text = TEXTS[`../../presets/${id}.topology.json`]
    return text === undefined ? [] : [[id, presetOf(id, summary, cap, text)]]
  }),
)

function presetOf(id: string, summary: string, cap: string, text: string): Preset {
  const file: unknown = JSON.parse(text)
  const name = isObject(file) && typeof file.name === 'string' ? file.name : id
  const replication: unknown = isObject(file) ? file.replication : null
  const strategy =
    isObject(replication) && typeof replication.strategy === 'string' ? replication.strategy : ''
  return { id, name, strategy, cap, summary, text }
}
