import { pathOf, type Step } from '../../topology/problems.ts'
import { fileOf } from '../../topology/stringify.ts'
import type { Topology } from '../../topology/types.ts'

/** A setting in which topologies differ. */
export interface SettingDifference {
  /** As problems name it: `$.replication.params.r`. */
  readonly path: string
  /** What each topology's file states there, in their order; null where it states nothing, so that the usual holds. */
  readonly values: readonly unknown[]
}

/** Words about a topology, what is expected of it, and what the run itself says: none of it makes systems different. */
const LEFT_OUT = /^\$\.(?:format|name|notes|run\.seed|expect(?:\[.*)?)$/

/**
 * The settings in which topologies differ, in the order of the file. Lists are compared item by item at the same place;
 * what one of them has beyond the others' ends is a difference field by field.
 */
export function settingDifferences(topologies: readonly Topology[]): SettingDifference[] {
  const files = topologies.map((topology) => {
    const leaves = new Map<string, unknown>()
    collectLeaves(fileOf(topology), [], leaves)
    return leaves
  })
  const paths = new Set(files.flatMap((leaves) => [...leaves.keys()]))
  return [...paths].flatMap((path) => {
    const values = files.map((leaves) => leaves.get(path) ?? null)
    const isSame = values.every((value) => JSON.stringify(value) === JSON.stringify(values[0]))
    return isSame || LEFT_OUT.test(path) ? [] : [{ path, values }]
  })
}

function collectLeaves(value: unknown, steps: readonly Step[], leaves: Map<string, unknown>): void {
  if (Array.isArray(value) && value.length > 0) {
    value.forEach((item, index) => collectLeaves(item, [...steps, index], leaves))
  } else if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    for (const [name, member] of Object.entries(value)) collectLeaves(member, [...steps, name], leaves)
  } else leaves.set(pathOf(steps), value)
}

/** A value of a setting for people; a dash where the file states nothing. */
export function settingText(value: unknown): string {
  return value === null ? '—' : JSON.stringify(value)
}
