import type { MenuItem } from '../../components/menu-item.ts'
import type { FaultKind } from '../../model/fault-edits.ts'
import type { Selected } from '../../stores/ui.ts'
import { FAULT_ICONS } from './fault-words.ts'
import type { FaultActions } from './use-faults.ts'

const KINDS_FOR: Readonly<Record<Selected['kind'], readonly (readonly [FaultKind, string])[]>> = {
  replica: [
    ['crash', 'Crash'],
    ['pause', 'Pause'],
    ['isolate', 'Isolate'],
    ['restart', 'Restart'],
    ['clock', 'Clock error'],
    ['slow-disk', 'Slow disk'],
  ],
  client: [['partition', 'Cut off from everything']],
  region: [
    ['partition', 'Cut off this region'],
    ['power-loss', 'Power loss of its replicas'],
  ],
  link: [
    ['cut', 'Cut this link'],
    ['slow', 'Slow it down'],
    ['loss', 'Make it lossy'],
  ],
}

/** What a right click on the canvas offers; several things that are marked together fail together. */
export function faultMenu(
  actions: FaultActions,
  selected: Selected | null,
  view: { draw: () => void; fit: () => void },
): MenuItem[] {
  const draw: MenuItem = { label: 'Draw a partition', icon: 'partition', run: view.draw }
  const fit: MenuItem = { label: 'Show everything', icon: 'fit', run: view.fit }
  if (selected === null) return [draw, fit]
  const marked = actions.places.value
  const own = selected.kind === 'link' ? [selected.from, selected.to] : [selected.id]
  const isOneOfSeveral = marked.length > own.length && own.every((id) => marked.includes(id))
  const together: MenuItem[] = isOneOfSeveral
    ? [
        { label: 'Cut off what is marked', icon: 'partition', run: () => actions.add('partition') },
        { label: 'Power loss of what is marked', icon: 'power', run: () => actions.add('power-loss') },
        'separator',
      ]
    : []
  return [
    ...together,
    ...KINDS_FOR[selected.kind].map(([kind, label]): MenuItem => ({
      label,
      icon: FAULT_ICONS[kind],
      run: () => actions.add(kind, { places: own }),
    })),
    'separator',
    draw,
    fit,
  ]
}
