import { partitionSides } from '../../shared/plan/faults.ts'
import type { Place } from '../../shared/plan/types.ts'
import { faultAt, setFaultField } from './fault-edits.ts'
import type { FaultFile, TopologyFile } from './file.ts'

/**
 * The sides of a partition as they come out, and their way back into the groups of the file. The format has no word for
 * "this place reaches everybody" where the rest of its region stands on one side, so that not every wish can be said.
 */

/** Replica or client → its side; absent where it reaches all sides. */
export type Sides = ReadonlyMap<string, number>

/** Who ends up where, by the rules of a run: regions stand for what is in them, one group alone faces all others. */
export function sidesOf(file: TopologyFile, groups: readonly (readonly string[])[]): Sides {
  const places = placesOf(file)
  const sides = new Map<string, number>()
  partitionSides(places, groups).forEach((ids, side) => ids.forEach((id) => sides.set(places[id].name, side)))
  return sides
}

/** Groups that part the places so, or null where none do: fewer than two sides, or a wish that cannot be said. */
export function groupsFor(file: TopologyFile, sides: Sides): string[][] | null {
  const used = [...new Set(sides.values())].sort((a, b) => a - b)
  if (used.length < 2) return null
  const groups = used.map((): string[] => [])
  const wanted = new Map([...sides].map(([name, side]) => [name, used.indexOf(side)]))
  const placed = new Set<string>()
  // A region that stands together is named as a whole: what is added to it later goes with it.
  for (const { id: region } of file.regions) {
    const members = placesOf(file).filter((place) => place.region === region)
    const own = new Set(members.map(({ name }) => wanted.get(name)))
    const [side] = own
    if (own.size !== 1 || side === undefined) continue
    groups[side].push(region)
    members.forEach(({ name }) => placed.add(name))
  }
  for (const [name, side] of wanted) if (!placed.has(name)) groups[side].push(name)
  return isSame(sidesOf(file, groups), wanted) ? groups : null
}

/** Puts places of a partition on a side, or on none (null); null where the partition could not be said then. */
export function withSide(
  file: TopologyFile,
  sides: Sides,
  names: readonly string[],
  side: number | null,
): string[][] | null {
  const next = new Map(sides)
  for (const name of names)
    if (side === null) next.delete(name)
    else next.set(name, side)
  return groupsFor(file, inOrder(file, next))
}

/** The groups that the fault of a file states, whatever else it holds. */
export function statedGroups(fault: FaultFile): string[][] {
  const groups: unknown = fault.groups
  if (!Array.isArray(groups)) return []
  return groups.map((group: unknown) =>
    Array.isArray(group) ? group.filter((name): name is string => typeof name === 'string') : [],
  )
}

/** Parts the places of an existing partition anew, as a line across the canvas does; the same file where it cannot be. */
export function partAnew(
  file: TopologyFile,
  index: number,
  groups: readonly (readonly string[])[],
): TopologyFile {
  if (faultAt(file, index)?.kind !== 'partition') return file
  const next = groupsFor(file, sidesOf(file, groups))
  return next === null ? file : setFaultField(file, index, 'groups', next)
}

function inOrder(file: TopologyFile, sides: Sides): Sides {
  const names = placesOf(file).map(({ name }) => name)
  return new Map(
    names.flatMap((name) => {
      const side = sides.get(name)
      return side === undefined ? [] : [[name, side]]
    }),
  )
}

function placesOf(file: TopologyFile): Place[] {
  const all = [
    ...file.replicas.map((place) => ({ ...place, kind: 'replica' as const })),
    ...file.clients.map((place) => ({ ...place, kind: 'client' as const })),
  ]
  return all.map(({ id: name, kind, region, zone = null }, id) => ({ id, name, kind, region, zone }))
}

function isSame(a: Sides, b: Sides): boolean {
  return a.size === b.size && [...a].every(([name, side]) => b.get(name) === side)
}
