import { countOf } from '../../shared/report/numbers.ts'
import { newFault, type FaultTimes } from './fault-edits.ts'
import type { FaultFile, TopologyFile } from './file.ts'

/** Faults that people ask for by a name, as they would be in this file. */
export interface Scenario {
  readonly id: string
  readonly label: string
  /** What it shows, in one sentence. */
  readonly help: string
  readonly icon: 'isolate' | 'partition' | 'region' | 'restart' | 'loss' | 'clock'
  /** Why this file cannot have it; null where it can. */
  readonly refused: string | null
  readonly faults: (times: FaultTimes) => FaultFile[]
}

/** The strategy as far as faults need it. */
export interface FaultStrategy {
  readonly id: string
  readonly roles: readonly string[]
}

/** Why no fault may name the leader (or a follower) here, as a sentence with what can be done instead; null where it may. */
export function roleRefusal({ id, roles }: FaultStrategy): string | null {
  return roles.includes('leader')
    ? null
    : `The strategy "${id}" has no leader, so none can be a leader or follower. Name a replica.`
}

/** `places` are those marked on the canvas: a scenario strikes them where it has a choice. */
export function scenariosFor(
  file: TopologyFile,
  strategy: FaultStrategy,
  places: readonly string[],
): Scenario[] {
  const ids = file.replicas.map(({ id }) => id)
  const few = Math.floor(ids.length / 2)
  const homes = [...new Set(file.replicas.map(({ region }) => region))]
  const lost = places.find((name) => homes.includes(name)) ?? homes.at(-1) ?? ''
  const none = ids.length === 0 ? 'There is no replica yet. Add one on Design.' : null
  const pair = ids.length < 2 ? 'This takes two replicas. Add one on Design.' : null
  const one = (kind: FaultFile['kind'], times: FaultTimes) => newFault(file, kind, times, places)
  return [
    {
      id: 'isolate-leader',
      label: 'Isolate the leader',
      help: 'Whoever leads then is cut off: the others have to notice and elect another.',
      icon: 'isolate',
      refused: none ?? roleRefusal(strategy),
      faults: (times) => [{ ...newFault(file, 'isolate', times), replica: 'leader' }],
    },
    {
      id: 'split',
      label: pair === null ? `Split ${few} | ${ids.length - few}` : 'Split in two',
      help: 'The replicas fall apart as evenly as they can: at most one side has a majority.',
      icon: 'partition',
      refused: pair,
      // The end of the order of preference against its beginning. Clients in a region that is split reach both sides.
      faults: ({ atMs, forMs }) => {
        const groups = [ids.slice(ids.length - few), ids.slice(0, ids.length - few)]
        return [{ atMs, kind: 'partition', groups, ...(forMs === null ? {} : { forMs }) }]
      },
    },
    {
      id: 'lose-region',
      label: 'Lose a region',
      help: homes.length > 1 ? `Nobody outside ${lost} reaches it, nor its clients the others.` : '',
      icon: 'region',
      refused:
        none ??
        (homes.length > 1 ? null : 'All replicas stand in one region. Put some in another on Design.'),
      faults: (times) => [newFault(file, 'partition', times, [lost])],
    },
    {
      id: 'crash-and-return',
      label: 'Crash one and bring it back',
      help: 'A replica loses what was not durable, misses writes while it is down, and has to catch up.',
      icon: 'restart',
      refused: none,
      faults: (times) => [one('crash', times)],
    },
    {
      id: 'flaky-link',
      label: 'Flaky link',
      help: 'A link is slow and loses messages without being down: time-outs tell neither.',
      icon: 'loss',
      refused: ids.length + file.clients.length < 2 ? 'This takes two places. Add one on Design.' : null,
      faults: (times) => [one('loss', times), one('slow', times)],
    },
    {
      id: 'clock-skew',
      label: 'Clock skew',
      help: 'A clock runs ahead: where the latest timestamp wins, its writes hide later ones.',
      icon: 'clock',
      refused: none,
      faults: (times) => [one('clock', times)],
    },
  ]
}

/** "Isolate the leader", or "Flaky link (2 faults)": what undo calls it. */
export function scenarioWords(scenario: Scenario, count: number): string {
  return count === 1 ? scenario.label : `${scenario.label} (${countOf(count, 'fault')})`
}
