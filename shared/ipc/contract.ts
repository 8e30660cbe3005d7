import type { Prediction } from '../predict/types.ts'
import type { Datasheet } from '../report/datasheet/types.ts'
import type { TimeUnit } from '../report/numbers.ts'
import type { Theme } from '../report/palette.ts'
import type { RunEvent, RunStatistics } from '../report/statistics.ts'
import type { LeftOut, Sweep, Varied } from '../report/sweep/types.ts'
import type { SweepSize } from '../report/sweep/vary.ts'
import type { GuaranteeResult, Report } from '../report/types.ts'
import type { ParamSpec } from '../topology/strategy.ts'
import type { FaultSpec, Problem, Topology } from '../topology/types.ts'

/**
 * All that passes between a window and the lab that serves it: requests, each with one answer, and events that the
 * lab sends by itself. Preload, server, router and renderer derive their types from these two interfaces, and
 * `parsers.ts` has a parser for the input of every request. Everything is JSON; bulk data come packed (`PackedOperations`).
 */

export interface Requests {
  'app.about': { input: null; output: About }
  'catalog.get': { input: null; output: Catalog }

  /** Everything the lab can say of a file while somebody edits it. */
  'topology.check': { input: { text: string }; output: TopologyCheck }
  /**
   * Where keys would live after a replica joins (`replica` null: one that the file does not have) or leaves; null where the
   * file is not sound.
   */
  'topology.movement': {
    input: { text: string; kind: 'join' | 'leave'; replica: string | null }
    output: KeyMovement | null
  }
  /** Quorum arithmetic and a small Monte Carlo, fit to be asked at every pause in typing. */
  'topology.predict': { input: { text: string }; output: PredictionAnswer }

  /** Files of the lab's folder; where the platform has dialogs of its own (`About.dialogs`), what was used lately. */
  'files.list': { input: null; output: FileEntry[] }
  /** `id` of an entry, or null to let the platform ask which. null: nothing was chosen. */
  'files.open': { input: { id: string | null }; output: OpenedFile | null }
  /**
   * Saves atomically. `id` null asks for (platform dialog) or makes a file of that name. `stamp` is that of the last
   * open or save: where the file has changed since, `conflict` is answered and nothing is written, unless `force`.
   */
  'files.save': {
    input: { id: string | null; name: string; text: string; stamp: string | null; force: boolean }
    output: SaveAnswer
  }
  'files.forget': { input: { id: string }; output: null }

  /** What is being edited, kept until it is saved or given up: survives a crash of window or lab. */
  'drafts.put': { input: Draft; output: null }
  'drafts.list': { input: null; output: Draft[] }
  'drafts.drop': { input: { id: string }; output: null }

  'runs.start': { input: RunRequest; output: RunStarted }
  /** Runs under way and those that ended since the lab began: what a reloaded window needs to go on. */
  'runs.list': { input: null; output: RunStatus[] }
  'runs.stop': { input: { runId: string }; output: null }
  'runs.pause': { input: { runId: string }; output: null }
  'runs.resume': { input: { runId: string }; output: null }
  /** Has `run.statistics` carry messages on their way for the next five seconds, where time goes slowly enough to see them. */
  'runs.watch': { input: { runId: string }; output: null }
  /** Begins a fault now; answers its number, or why it cannot be. */
  'runs.inject': {
    input: { runId: string; fault: FaultSpec }
    output: { index: number } | { refused: string }
  }
  'runs.lift': { input: { runId: string; index: number }; output: null }
  /** The stream so far, for a window that comes late: at most the last `STATISTICS_KEPT` and `EVENTS_KEPT`. */
  'runs.past': { input: { runId: string }; output: { statistics: RunStatistics[]; events: RunEvent[] } }

  /** Runs that are over, the latest first; kept across restarts. */
  'library.list': { input: null; output: LibraryEntry[] }
  'library.report': { input: { id: string }; output: Report }
  /** A chart of a run, or of several on the same axes, drawn: the text of an SVG. */
  'library.chart': { input: ChartQuery; output: { svg: string } }
  'library.rename': { input: { id: string; name: string }; output: null }
  'library.remove': { input: { ids: string[] }; output: null }
  /** Operations that lie in a window of time, at most `max`, with what is needed to draw them. */
  'library.operations': { input: OperationsQuery; output: PackedOperations }
  /** The messages on behalf of one operation, by running the plan again up to its end: simulated runs only. */
  'library.trace': { input: { id: string; row: number }; output: OperationTrace }
  /** The verdict of a run on one guarantee, perhaps with a parameter of its own: "k-atomic:3". */
  'library.judge': {
    input: { id: string; guarantee: string }
    output: GuaranteeResult | { refused: string }
  }
  /** A history (`*.history.jsonl`, Jepsen's EDN) or report (`*.json`) that somebody dropped on the window becomes a run of the library. */
  'library.import': { input: ImportedFile; output: { id: string } | { refused: string } }

  /** Datasheets that are kept, the latest first, and the one that is being made or was made last. */
  'datasheets.list': { input: null; output: { entries: DatasheetEntry[]; job: DatasheetStatus | null } }
  /** Runs the standard battery on a topology: minutes, on threads of its own, one battery at a time. */
  'datasheets.start': { input: DatasheetRequest; output: DatasheetStarted }
  /** Ends the one that is being made; nothing is kept of it. */
  'datasheets.stop': { input: null; output: null }
  'datasheets.get': { input: { id: string }; output: Datasheet }
  /** A chart of `DATASHEET_CHARTS`, drawn; `ids` names one datasheet. */
  'datasheets.chart': { input: ChartQuery; output: { svg: string } }
  'datasheets.remove': { input: { ids: string[] }; output: null }
  'datasheets.save': { input: { id: string; format: DatasheetFormat }; output: ExportAnswer }

  /** Sweeps that are kept, the latest first, and the one that is being made or was made last. */
  'sweeps.list': { input: null; output: { entries: SweepEntry[]; job: SweepStatus | null } }
  /** What a sweep would run, and which combinations of settings a file may not have. */
  'sweeps.plan': { input: SweepRequest; output: SweepPlan }
  /** Simulates every combination of settings with every seed, on threads of its own; one sweep at a time. */
  'sweeps.start': { input: SweepRequest; output: SweepStarted }
  /** Ends the one that is being made; what is done of it is kept. */
  'sweeps.stop': { input: null; output: null }
  'sweeps.get': { input: { id: string }; output: Sweep }
  /** The file whose settings were varied, as it was. */
  'sweeps.topology': { input: { id: string }; output: { text: string } }
  /** A chart of `sweepCharts`, drawn; `ids` names one sweep. */
  'sweeps.chart': { input: ChartQuery; output: { svg: string } }
  'sweeps.rename': { input: { id: string; name: string }; output: null }
  'sweeps.remove': { input: { ids: string[] }; output: null }
  'sweeps.save': { input: { id: string; format: SweepFormat }; output: ExportAnswer }

  /** Writes one view of a run. With platform dialogs it asks where; else `download` is an address to fetch it from. */
  'exports.save': { input: { id: string; format: ExportFormat }; output: ExportAnswer }

  'preferences.get': { input: null; output: Preferences }
  'preferences.set': { input: Partial<Preferences>; output: Preferences }
}

export interface Events {
  'run.status': RunStatus
  /** Ten times a second while a run goes on. */
  'run.statistics': { runId: string; statistics: RunStatistics }
  'run.events': { runId: string; events: RunEvent[] }
  'library.changed': null
  /** A few times a second while one is made, and when it ends. */
  'datasheet.status': DatasheetStatus
  'datasheets.changed': null
  /** The same of sweeps. */
  'sweep.status': SweepStatus
  'sweeps.changed': null
  /** A command of the native menu, by its id in `commands`. */
  'menu.command': { command: string }
  /** The system asked for a file to be opened (double click, drop on the icon). */
  'file.arrived': OpenedFile
  /** The window is about to close: the renderer answers by saving its draft. */
  'app.closing': null
}

export type Channel = keyof Requests
export type InputOf<C extends Channel> = Requests[C]['input']
export type OutputOf<C extends Channel> = Requests[C]['output']
export type EventName = keyof Events

/** One handler per channel; a missing one does not compile. A rejected promise carries a sentence for the user. */
export type Handlers = { [C in Channel]: (input: InputOf<C>) => Promise<OutputOf<C>> }

/** What a renderer gets, from the preload script or over a socket. */
export interface LabApi {
  request<C extends Channel>(channel: C, input: InputOf<C>): Promise<OutputOf<C>>
  /** Returns what ends it. */
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void
}

export const STATISTICS_KEPT = 36_000
export const EVENTS_KEPT = 5_000

export interface About {
  version: string
  /** "Node 20.20", "Electron 45", "Chromium 140": name and version. */
  components: { name: string; version: string }[]
  platform: string
  /** Whether the platform opens and saves files by dialogs of its own, and has a native menu. */
  dialogs: boolean
  /** Folder of `files.list`, for words; null with dialogs. */
  folder: string | null
  cores: number
}

/** Everything that forms, cards and help are made of. */
export interface Catalog {
  strategies: StrategyEntry[]
  presets: PresetEntry[]
  guarantees: { name: string; title: string; definition: string }[]
  levels: Choice[]
  sessionGuarantees: Choice[]
  onPartition: Choice[]
  schemes: Choice[]
  mixes: { name: string; label: string; shares: Record<string, number> }[]
  keyDistributions: Choice[]
  faults: Choice[]
  metrics: { name: string; label: string }[]
  /** Named round-trip matrices with their regions, which the world map knows by name. */
  rtt: { name: string; cloud: string; measured: string; source: string; regions: string[] }[]
}

/** A value that a setting may have. `help` says its consequence in one sentence. */
export interface Choice {
  value: string
  label: string
  help: string
}

export interface StrategyEntry {
  id: string
  title: string
  summary: string
  roles: readonly string[]
  params: readonly ParamSpec[]
  kinds: readonly { kind: string; label: string }[]
}

export interface PresetEntry {
  id: string
  name: string
  strategy: string
  cap: string
  summary: string
  /** The file as written. */
  text: string
  topology: Topology
}

export interface TopologyCheck {
  problems: Problem[]
  /** What runs as it is stated, and probably not as it was meant. */
  warnings: Problem[]
  /** With every default filled in; null where there are problems. */
  topology: Topology | null
  /** Consequences of what is chosen, one sentence each, most telling first: "W + R > N: reads overlap writes". */
  sums: { label: string; value: string; consequence: string }[]
  /** Why a value of a setting is refused in this file, by setting (`strategy`, `read`, `session`, `onPartition`, `scheme`, `changes`, `split`), then value. */
  refusals: Record<string, Record<string, string>>
  /** Median round trips between the regions, in the order of the file, as they would be in a run; null with problems. */
  regionRoundTripMs: number[][] | null
  /** Shards with their replicas and shares of the keys, where the file is sound. */
  placement: { shard: number; replicas: string[]; share: number }[]
  /**
   * Of consistent hashing: the arcs of the ring in order, from where (0 … 1) and how far they reach, and who owns them.
   * Empty where there is no ring, or too many arcs to be drawn.
   */
  ring: { from: number; share: number; owner: string }[]
  /** What a run of it would take: planned operations, real time of a live run. */
  estimate: { operations: number | null; durationMs: number } | null
}

/** Of a change of members: what there is afterwards, and which keys change their owner. Fractions are of all keys. */
export interface KeyMovement extends Pick<TopologyCheck, 'placement' | 'ring'> {
  /** From where in the drawing of the state before (0 … 1), how much, from whom to whom. */
  pieces: { from: number; share: number; source: string; target: string }[]
  movedFraction: number
  /** As little as an even spread allows. */
  idealFraction: number
}

export interface PredictionAnswer {
  prediction: Prediction | null
  /** Why there is none. */
  reason: string | null
}

export interface FileEntry {
  id: string
  name: string
  /** Folder, shortened for reading; empty where there is only one. */
  where: string
  changedAt: string | null
  missing: boolean
}

export interface OpenedFile {
  id: string
  name: string
  text: string
  stamp: string
}

export type SaveAnswer =
  | { outcome: 'saved'; id: string; name: string; stamp: string }
  | { outcome: 'cancelled' }
  /** Somebody else changed it since. */
  | { outcome: 'conflict'; sentence: string }
  /** A file of that name exists already: ask, then save with its id. */
  | { outcome: 'exists'; id: string; sentence: string }

export interface Draft {
  id: string
  name: string
  text: string
  /** The file it belongs to, and that file's stamp; null where it was never saved. */
  fileId: string | null
  stamp: string | null
  savedAt: string
}

export interface RunRequest {
  text: string
  runtime: 'simulated' | 'live'
  /** null: what the file says. */
  seed: number | null
  durationMs: number | null
  realDisk: boolean
}

export type RunStarted = { runId: string } | { problems: Problem[] } | { refused: string }

export interface RunStatus {
  runId: string
  name: string
  runtime: 'simulated' | 'live'
  seed: number
  durationMs: number
  /** `starting` in the queue too; the last three are final. */
  state: 'starting' | 'running' | 'done' | 'failed' | 'stopped'
  share: number
  isPaused: boolean
  /** Real time until the end, as far as can be told. */
  leftMs: number | null
  /** Faults in force that were begun by hand, with their numbers. */
  byHand: { index: number; fault: FaultSpec }[]
  /** The file that runs. */
  text: string
  /** Its entry in the library once it is over; null where nothing was recorded. */
  entryId: string | null
  /** Why it failed, as a sentence. */
  failure: string | null
}

export interface LibraryEntry {
  id: string
  /** The topology's name, or what it was renamed to. */
  name: string
  at: string
  runtime: 'simulated' | 'live'
  seed: number
  strategy: string
  durationMs: number
  operations: number
  readP99Ms: number | null
  writeP99Ms: number | null
  staleFraction: number | null
  availability: number | null
  expectations: { met: number; missed: number; undecided: number }
  stoppedEarly: string | null
  hasHistory: boolean
  bytes: number
}

export interface DatasheetRequest {
  text: string
  /** What the file is called, for the command that repeats it. */
  name: string
  /** Fewer samples, and no search for the saturation. */
  isQuick: boolean
}

export type DatasheetStarted = { jobId: string } | { problems: Problem[] } | { refused: string }

/** How something goes that takes minutes and is kept: a datasheet, a sweep. */
export interface JobStatus {
  jobId: string
  /** The topology's name. */
  name: string
  state: 'running' | 'done' | 'failed' | 'stopped'
  share: number
  /** Real time until the end, as far as can be told. */
  leftMs: number | null
  /** What was made, once it is kept. */
  entryId: string | null
  /** Why there is nothing, as a sentence. */
  failure: string | null
}

export interface DatasheetStatus extends JobStatus {
  isQuick: boolean
}

export interface DatasheetEntry {
  id: string
  /** The topology's name. */
  name: string
  at: string
  strategy: string
  /** "CP", "PC/EC". */
  cap: string
  pacelc: string
  isQuick: boolean
  seed: number
  /** Of the topology that was measured (`essenceOf`): another one makes another datasheet. */
  essence: string
}

export const DATASHEET_FORMATS = ['html', 'pdf', 'md', 'json'] as const
export type DatasheetFormat = (typeof DATASHEET_FORMATS)[number]

export interface SweepRequest {
  text: string
  /** What the file is called, for the command that repeats it. */
  name: string
  /** Each as the command line takes it: "$.replication.params.r=1,2,3". */
  vary: string[]
  /** Runs of each combination. */
  seeds: number
  /** The first of their seeds; null: what the file says. */
  seed: number | null
  /** Names of figures. */
  metrics: string[]
}

/** `refused`: why these settings cannot be varied so, as a sentence. */
export type SweepPlan =
  | { refused: string }
  /** `name`: the topology's. Combinations that a file may not have are none of those that are counted. */
  | (SweepSize & { name: string; vary: readonly Varied[]; leftOut: readonly LeftOut[] })

export type SweepStarted = { jobId: string } | { refused: string }

export interface SweepStatus extends JobStatus {
  runs: number
}

export interface SweepEntry {
  id: string
  /** The topology's name, or what it was renamed to. */
  name: string
  at: string
  strategy: string
  vary: readonly Varied[]
  combinations: number
  seeds: readonly number[]
  /** Runs that were not made, since it was stopped. */
  missing: number
  /** Of the topology that was varied (`essenceOf`). */
  essence: string
}

export const SWEEP_FORMATS = ['html', 'pdf', 'md', 'csv', 'json'] as const
export type SweepFormat = (typeof SWEEP_FORMATS)[number]

/** Settings that are varied at once, in a window, and runs of each combination. */
export const SWEEP_SETTINGS_MAX = 3
export const SWEEP_SEEDS_MAX = 10

/** Sides of a drawn chart, in px. */
export const CHART_PX = { min: 40, max: 8_000 } as const

export interface ChartQuery {
  /** The run; or all runs that are compared, in their order. */
  ids: string[]
  /** Which of `CHARTS`; with several runs, which of `COMPARE_CHARTS`. */
  chart: string
  theme: Theme
  /** How durations are written. */
  unit: TimeUnit
  width: number
  height: number
  /** The part of the horizontal axis to draw, in the axis' own units; null for all of it. */
  range: { from: number; to: number } | null
  /** Of several runs the one, by its index in `ids`, before which the others stand back; none where left out or null. */
  highlight?: number | null
}

/** Letters of a file as a window sends it. */
export const IMPORT_CHARS_MAX = 256 * 2 ** 20

/** A file as text; or, where gzip packed it, its bytes in base64, which the lab unpacks. */
export type ImportedFile = { name: string; text: string } | { name: string; gzip: string }

export interface OperationsQuery {
  id: string
  fromMs: number
  toMs: number
  max: number
  /** Only these sessions, keys or kinds, where given. */
  sessions: number[] | null
  keys: number[] | null
  /** These rows of the history alone, whenever they were. */
  rows?: number[]
}

/** Operations as columns of equal length, in the order of invocation. */
export interface PackedOperations {
  /** How many there are in the window; more than `row.length` where some were left out evenly. */
  total: number
  row: number[]
  session: number[]
  client: string[]
  f: string[]
  key: string[]
  value: (number | null)[]
  result: (number | null)[]
  status: string[]
  error: (string | null)[]
  invokedMs: number[]
  endedMs: (number | null)[]
  place: (string | null)[]
  stale: boolean[]
  /** What each did in words, of a record whose values are no numbers; null where the columns say it. */
  label: string[] | null
}

export interface OperationTrace {
  operation: number
  messages: {
    from: string
    to: string
    kind: string
    label: string
    sentMs: number
    /** null: lost. */
    arrivedMs: number | null
  }[]
  /** Why there are none. */
  reason: string | null
}

export const EXPORT_FORMATS = ['html', 'pdf', 'csv', 'json', 'md', 'history.jsonl', 'topology.json'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export type ExportAnswer =
  | { outcome: 'saved'; where: string }
  | { outcome: 'download'; url: string; name: string }
  | { outcome: 'cancelled' }
  | { outcome: 'refused'; sentence: string }

export interface Preferences {
  theme: 'system' | 'light' | 'dark'
  motion: 'system' | 'reduced' | 'full'
  timeUnit: 'ms' | 'auto'
  defaultSeed: number
  tourSeen: boolean
  /** Sizes and foldings of panes, by name. */
  layout: Record<string, number | boolean>
  /** How many runs the library keeps; the oldest go. */
  libraryMax: number
}
