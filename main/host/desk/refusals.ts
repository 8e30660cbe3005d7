import { strategies } from '../../../shared/protocols/registry.ts'
import {
  ON_PARTITION_CHOICES,
  PARTITIONING_CHOICES,
  READ_LEVEL_CHOICES,
  SESSION_GUARANTEE_CHOICES,
} from '../../../shared/topology/choices.ts'
import { parseJsonText } from '../../../shared/topology/json-text.ts'
import { checkTopology } from '../../../shared/topology/parse.ts'
import { isObject } from '../../../shared/topology/problems.ts'
import type { Problem } from '../../../shared/topology/types.ts'

type Json = Readonly<Record<string, unknown>>
/** By setting, then value: why it is refused. */
export type Refusals = Record<string, Record<string, string>>

/** A setting whose other values are tried: the values, the file with one of them, and where its problems would lie. */
interface Setting {
  name: string
  values: readonly string[]
  with(file: Json, value: string): Json
  /** Problems elsewhere are not held against the value: they can be mended there. */
  concerns(path: string): boolean
}

const valuesOf = (choices: readonly { value: string }[]): string[] => choices.map(({ value }) => value)
const section = (file: Json, name: string): Json => {
  const found = file[name]
  return isObject(found) ? found : {}
}
const beginsWith = (start: string) => (path: string) => path.startsWith(start)

const SETTINGS: readonly Setting[] = [
  {
    name: 'strategy',
    values: [...strategies.keys()],
    // Its parameters are another strategy's: each begins with its own.
    with: (file, strategy) => ({ ...file, replication: { strategy } }),
    concerns: (path) => !path.startsWith('$.consistency') && !path.startsWith('$.replication.params'),
  },
  {
    name: 'read',
    values: valuesOf(READ_LEVEL_CHOICES),
    with: (file, read) => ({ ...file, consistency: { ...section(file, 'consistency'), read } }),
    concerns: beginsWith('$.consistency'),
  },
  {
    name: 'session',
    values: valuesOf(SESSION_GUARANTEE_CHOICES),
    with: (file, guarantee) => ({
      ...file,
      consistency: { ...section(file, 'consistency'), session: [guarantee] },
    }),
    concerns: beginsWith('$.consistency.session'),
  },
  {
    name: 'onPartition',
    values: valuesOf(ON_PARTITION_CHOICES),
    with: (file, onPartition) => ({ ...file, consistency: { ...section(file, 'consistency'), onPartition } }),
    concerns: () => true,
  },
  {
    name: 'scheme',
    values: valuesOf(PARTITIONING_CHOICES),
    with: (file, scheme) => ({ ...file, partitioning: { ...section(file, 'partitioning'), scheme } }),
    concerns: () => true,
  },
  {
    // Whether replicas can join and leave at all: what any one of them would be refused for.
    name: 'changes',
    values: ['join', 'leave'],
    with: (file, kind) => ({ ...file, changes: [{ atMs: 1, kind, replica: lastReplica(file) }] }),
    concerns: (path) => path.startsWith('$.changes') || path.startsWith('$.partitioning'),
  },
  {
    // Whether ranges can split at all. Who lets them takes key names that sort, so that these are held against nobody.
    name: 'split',
    values: ['on'],
    with: (file) => {
      const { split = { byKeys: 1 }, ...partitioning } = section(file, 'partitioning')
      const workload = section(file, 'workload')
      const order = workload.kind === 'probe' ? {} : { insertOrder: 'ordered' }
      return { ...file, partitioning: { ...partitioning, split }, workload: { ...workload, ...order } }
    },
    concerns: (path) => path === '$.partitioning.split' || path.startsWith('$.changes'),
  },
]

function lastReplica({ replicas }: Json): unknown {
  const last: unknown = Array.isArray(replicas) ? replicas.at(-1) : null
  return isObject(last) ? last.id : null
}

/**
 * Finds out which values of the settings a file could not have, by trying each and reading what the checks say then
 * that they did not say before: so a strategy that lands later needs nothing here. What no setting depends on (names,
 * positions, links, faults, expectations) is left out of the trial, which makes it cheap and its answer last.
 */
export class RefusalFinder {
  #triedOn = ''
  #found: Refusals = {}

  find(text: string): Refusals {
    const json = parseJsonText(text)
    if (!json.ok || !isObject(json.value)) return {}
    const bare = bareFile(json.value)
    const identity = JSON.stringify(bare)
    if (identity === this.#triedOn) return this.#found
    const known = new Set(problemsOf(bare).map(identityOf))
    const refusals: Refusals = {}
    for (const setting of SETTINGS) {
      const refused: Record<string, string> = {}
      for (const value of setting.values) {
        const [first] = problemsOf(setting.with(bare, value)).filter(
          // A value that the file has already is refused for what is said of it now.
          (problem) =>
            setting.concerns(problem.path) &&
            (!known.has(identityOf(problem)) || isAbout(setting, value, problem, bare)),
        )
        if (first !== undefined) refused[value] = first.sentence
      }
      refusals[setting.name] = refused
    }
    this.#triedOn = identity
    this.#found = refusals
    return refusals
  }
}

/** Whether a problem that the file has anyway is one of this very value. */
function isAbout({ name }: Setting, value: string, { path }: Problem, file: Json): boolean {
  const consistency = section(file, 'consistency')
  switch (name) {
    case 'read':
      return path === '$.consistency.read' && consistency.read === value
    case 'session':
      return path.startsWith('$.consistency.session') && Array.isArray(consistency.session)
    case 'scheme':
      return path === '$.partitioning.scheme' && section(file, 'partitioning').scheme === value
    case 'changes':
      return true
    default:
      return false
  }
}

function bareFile(file: Json): Json {
  const { format, regions, replicas, clients, replication, partitioning, consistency, workload } = file
  const places = {
    regions: withoutPosition(regions),
    replicas: withoutPosition(replicas),
    clients: withoutPosition(clients),
  }
  const changes = inTurn(file.changes)
  const all = { format, name: 'trial', ...places, replication, partitioning, consistency, workload, changes }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** Who joins and leaves, in turn: at which instants exactly is no matter, and changes with every pixel of a drag. */
function inTurn(changes: unknown): unknown {
  if (!Array.isArray(changes)) return undefined
  const timeOf = (change: unknown): number =>
    isObject(change) && typeof change.atMs === 'number' ? change.atMs : 0
  return [...(changes as unknown[])]
    .sort((a, b) => timeOf(a) - timeOf(b))
    .map((change, turn) => (isObject(change) ? { ...change, atMs: turn } : change))
}

function withoutPosition(places: unknown): unknown {
  if (!Array.isArray(places)) return places
  return places.map((place: unknown) => {
    if (!isObject(place)) return place
    const { at: _, ...rest } = place
    return rest
  })
}

function problemsOf(file: Json): Problem[] {
  const checked = checkTopology(file, strategies)
  return checked.ok ? [] : checked.error
}

function identityOf({ path, sentence }: Problem): string {
  return `${path}\n${sentence}`
}
