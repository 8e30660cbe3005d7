import { computed, shallowRef, type ComputedRef } from 'vue'
import type { Choice } from '../../../shared/ipc/contract.ts'
import {
  addFaults,
  changeKind,
  duplicateFault,
  durationMsOf,
  faultAt,
  faultsOf,
  newFault,
  placesSelected,
  removeFault,
  setTimes,
  type FaultKind,
  type FaultTimes,
} from '../../model/fault-edits.ts'
import { groupsFor, partAnew, sidesOf } from '../../model/fault-edits-groups.ts'
import {
  scenariosFor,
  scenarioWords,
  type FaultStrategy,
  type Scenario,
} from '../../model/fault-edits-scenarios.ts'
import type { FaultFile } from '../../model/file.ts'
import { useCatalog } from '../../stores/catalog.ts'
import { useDocument } from '../../stores/document.ts'
import { useUi } from '../../stores/ui.ts'
import { useSelection } from '../design/use-selection.ts'
import { faultWords } from './fault-words.ts'
import { roundStepMs } from './time-axis.ts'

export type FaultActions = ReturnType<typeof useFaults>

/** The faults of the file, which of them is marked, and all that this view does to them. */
export function useFaults() {
  const doc = useDocument()
  const ui = useUi()
  const catalog = useCatalog()
  const { selection } = useSelection()

  const faults = computed(() => (doc.file === null ? [] : faultsOf(doc.file)))
  /** The marked fault, while it is there: undo may take it away. */
  const index = computed(() => {
    const marked = ui.selectedFault
    return marked !== null && marked < faults.value.length ? marked : null
  })
  const fault = computed(() => (index.value === null ? null : (faults.value[index.value] ?? null)))
  const durationMs = computed(() => (doc.file === null ? 0 : durationMsOf(doc.file)))
  const kinds: ComputedRef<readonly Choice[]> = computed(() => catalog.catalog?.faults ?? [])
  const strategy = computed((): FaultStrategy => {
    const id = doc.file?.replication.strategy ?? ''
    return catalog.catalog?.strategies.find((each) => each.id === id) ?? { id, roles: [] }
  })
  const places = computed(() => placesSelected(selection.value))
  const scenarios = computed(() =>
    doc.file === null ? [] : scenariosFor(doc.file, strategy.value, places.value),
  )

  /** When new faults begin and how long they last, as somebody chose it; else a fifth of the run each, rounded up. */
  const chosenAtMs = shallowRef<number | null>(null)
  const chosenForMs = shallowRef<number | null>(null)
  const fifthMs = computed(() => roundStepMs(durationMs.value / 5))
  const nextTimes = computed((): FaultTimes & { forMs: number } => ({
    atMs: chosenAtMs.value ?? fifthMs.value,
    forMs: chosenForMs.value ?? fifthMs.value,
  }))

  /** Says when new faults begin, or how long they last; null goes back to a share of the run. */
  function aim(next: { atMs?: number | null; forMs?: number | null }): void {
    if (next.atMs !== undefined) chosenAtMs.value = next.atMs
    if (next.forMs !== undefined) chosenForMs.value = next.forMs
  }

  function select(next: number | null): void {
    doc.endGesture()
    ui.selectedFault = next
    if (next !== null) ui.selectedChange = null
  }

  function addAll(label: string, added: readonly FaultFile[]): void {
    if (doc.file === null || added.length === 0) return
    const first = faults.value.length
    doc.edit(label, (file) => addFaults(file, added))
    select(first)
  }

  const labelOf = (kind: string): string => kinds.value.find(({ value }) => value === kind)?.label ?? kind

  /** Adds a fault of a kind: at the places that are named, else at those marked on the canvas. */
  function add(kind: FaultKind, at?: { atMs?: number; places?: readonly string[] }): void {
    const { file } = doc
    if (file === null) return
    const times = { ...nextTimes.value, atMs: at?.atMs ?? nextTimes.value.atMs }
    addAll(`Add: ${labelOf(kind)}`, [newFault(file, kind, times, at?.places ?? places.value)])
  }

  function addScenario(scenario: Scenario): void {
    if (scenario.refused !== null) return
    const added = scenario.faults(nextTimes.value)
    addAll(scenarioWords(scenario, added.length), added)
  }

  /** A line drawn across the canvas: the marked partition takes its sides, else there is a new one. */
  function part(groups: readonly (readonly string[])[]): void {
    const { file } = doc
    if (file === null) return
    const marked = index.value
    if (marked !== null && faultAt(file, marked)?.kind === 'partition') {
      doc.edit('Draw the sides anew', (before) => partAnew(before, marked, groups))
      return
    }
    const named = groupsFor(file, sidesOf(file, groups)) ?? groups.map((group) => [...group])
    addAll('Draw a partition', [{ ...newFault(file, 'partition', nextTimes.value), groups: named }])
  }

  function remove(at = index.value): void {
    if (at === null) return
    const words = faultWords(faults.value[at] ?? null)
    doc.edit(`Remove: ${words}`, (file) => removeFault(file, at))
    const left = faults.value.length
    select(left === 0 ? null : Math.min(at, left - 1))
  }

  function duplicate(at = index.value): void {
    if (at === null) return
    doc.edit('Duplicate a fault', (file) => duplicateFault(file, at))
    select(at + 1)
  }

  /** One step of a drag or of a held key; `doc.endGesture` ends it. */
  function time(at: number, times: FaultTimes): void {
    doc.edit('Change when a fault strikes', (file) => setTimes(file, at, times), `fault times ${at}`)
  }

  function turnInto(kind: FaultKind): void {
    const at = index.value
    if (at !== null) doc.edit(`Turn into: ${labelOf(kind)}`, (file) => changeKind(file, at, kind))
  }

  return {
    faults,
    index,
    fault,
    durationMs,
    kinds,
    strategy,
    places,
    scenarios,
    nextTimes,
    aim,
    select,
    add,
    addScenario,
    part,
    remove,
    duplicate,
    time,
    turnInto,
    endGesture: doc.endGesture,
  }
}
