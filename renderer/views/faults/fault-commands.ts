import { watch } from 'vue'
import {
  changeCommandId,
  DRAW_WORDS,
  faultLabel,
  membershipLabel,
  scenarioLabel,
} from '../../frame/command-words.ts'
import { useCommands, type Command } from '../../frame/commands.ts'
import type { FaultKind } from '../../model/fault-edits.ts'
import { CHANGE_CHOICES } from './change-words.ts'
import type { ChangeActions } from './use-changes.ts'
import type { FaultActions } from './use-faults.ts'

/** Commands of Faults for as long as the view lives: every kind and scenario, and what is done to the marked fault. */
export function useFaultCommands(
  actions: FaultActions,
  changes: ChangeActions,
  view: { draw: () => void },
): void {
  const { register } = useCommands()
  const group = 'Faults'
  const isFault = (): boolean => actions.index.value !== null
  const isMarked = (): boolean => isFault() || changes.index.value !== null

  register(
    { id: 'faults.draw', label: DRAW_WORDS, group, run: view.draw },
    {
      id: 'edit.duplicate',
      label: 'Duplicate the fault',
      group,
      keys: 'Mod+D',
      enabled: isFault,
      run: () => actions.duplicate(),
    },
    {
      id: 'edit.remove',
      label: 'Remove what is marked',
      group,
      enabled: isMarked,
      run: () => (isFault() ? actions.remove() : changes.remove()),
    },
    ...CHANGE_CHOICES.map(({ value, label }): Command => ({
      id: changeCommandId(value),
      label: membershipLabel(label.toLowerCase()),
      group,
      enabled: () => changes.refusalOf(value) === null,
      run: () => changes.add(value),
    })),
  )
  // Kinds come with the catalog, which may be later than this view.
  watch(
    [actions.kinds, actions.scenarios],
    ([kinds, scenarios], _, onCleanup) => {
      const adding = kinds.map(({ value, label }): Command => ({
        id: `faults.add.${value}`,
        label: faultLabel(label),
        group,
        run: () => actions.add(value as FaultKind),
      }))
      const playing = scenarios.map((scenario): Command => ({
        id: `faults.scenario.${scenario.id}`,
        label: scenarioLabel(scenario.label),
        group,
        enabled: () => scenario.refused === null,
        run: () => actions.addScenario(scenario),
      }))
      onCleanup(register(...adding, ...playing))
    },
    { immediate: true },
  )
}
