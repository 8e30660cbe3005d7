import type { MenuItem } from '../../components/menu-item.ts'
import type { FaultKind } from '../../model/fault-edits.ts'
import type { Selected } from '../../stores/ui.ts'
import { CHANGE_ICONS } from './change-words.ts'
import { FAULT_ICONS } from './fault-words.ts'
import { exactWords } from './time-axis.ts'
import type { ChangeActions } from './use-changes.ts'
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
  changes: Pick<ChangeActions, 'add' | 'refusalOf'>,
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
    ...(selected.kind === 'replica'
      ? [...changeItems(actions, changes, selected.id), 'separator' as const]
      : []),
    draw,
    fit,
  ]
}

/** "Joins at 4 s": at the instant at which new faults begin, too. */
function changeItems(
  { nextTimes }: Pick<FaultActions, 'nextTimes'>,
  changes: Pick<ChangeActions, 'add' | 'refusalOf'>,
  replica: string,
): MenuItem[] {
  const { atMs } = nextTimes.value
  return (['join', 'leave'] as const).map((kind): MenuItem => {
    const refused = changes.refusalOf(kind)
    return {
      label: `${kind === 'join' ? 'Joins' : 'Leaves'} at ${exactWords(atMs)}`,
      icon: CHANGE_ICONS[kind],
      disabled: refused !== null,
      help: refused ?? undefined,
      run: () => changes.add(kind, { places: [replica] }),
    }
  })
}
