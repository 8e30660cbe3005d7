import { watch } from 'vue'
import { useCommands, type Command } from '../../frame/commands.ts'
import type { FaultKind } from '../../model/fault-edits.ts'
import type { FaultActions } from './use-faults.ts'

/** Commands of Faults for as long as the view lives: every kind and scenario, and what is done to the marked fault. */
export function useFaultCommands(actions: FaultActions, view: { draw: () => void }): void {
  const { register } = useCommands()
  const group = 'Faults'
  const isMarked = (): boolean => actions.index.value !== null

  register(
    { id: 'faults.draw', label: 'Draw a partition', group, run: view.draw },
    {
      id: 'edit.duplicate',
      label: 'Duplicate the fault',
      group,
      keys: 'Mod+D',
      enabled: isMarked,
      run: () => actions.duplicate(),
    },
    {
      id: 'edit.remove',
      label: 'Remove the fault',
      group,
      enabled: isMarked,
      run: () => actions.remove(),
    },
  )
  // Kinds come with the catalog, which may be later than this view.
  watch(
    [actions.kinds, actions.scenarios],
    ([kinds, scenarios], _, onCleanup) => {
      const adding = kinds.map(({ value, label }): Command => ({
        id: `faults.add.${value}`,
        label: `Add a fault: ${label}`,
        group,
        run: () => actions.add(value as FaultKind),
      }))
      const playing = scenarios.map((scenario): Command => ({
        id: `faults.scenario.${scenario.id}`,
        label: `Scenario: ${scenario.label}`,
        group,
        enabled: () => scenario.refused === null,
        run: () => actions.addScenario(scenario),
      }))
      onCleanup(register(...adding, ...playing))
    },
    { immediate: true },
  )
}
