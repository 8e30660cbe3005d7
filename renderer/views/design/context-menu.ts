import type { MenuItem } from '../../components/menu-item.ts'
import { keyWords } from '../../frame/keys.ts'
import type { ChangeKind } from '../../model/change-edits.ts'
import type { Position } from '../../model/file.ts'
import { ARRANGEMENTS } from '../../model/layout-arrange.ts'
import type { Selected } from '../../stores/ui.ts'
import { CHANGE_ICONS } from '../faults/change-words.ts'
import type { DesignActions } from './use-design-actions.ts'

/** What a right click offers: for what is marked, or for the empty canvas. */
export function contextMenu(
  actions: DesignActions,
  selected: Selected | null,
  ids: readonly string[],
  at: Position | null,
  view: {
    edit(): unknown
    fit(): unknown
    /** Has a replica join or leave during the run, and shows when. */
    change(kind: ChangeKind, replica: string): void
    refusalOf(kind: ChangeKind): string | null
  },
): MenuItem[] {
  const paste: MenuItem = {
    label: 'Paste',
    icon: 'paste',
    keys: keyWords('Mod+V'),
    run: () => void actions.pasteClipboard(),
  }
  if (selected === null) {
    return [
      ...actions.palette.slice(0, 3).map(({ id, label, icon }): MenuItem => ({
        label: `Add ${label.toLowerCase()}`,
        icon,
        run: () => actions.add(id, at),
      })),
      'separator',
      paste,
      { label: 'Mark everything', keys: keyWords('Mod+A'), run: actions.selectAll },
      'separator',
      ...ARRANGEMENTS.map(({ value, label }): MenuItem => ({
        label: `Layout: ${label}`,
        run: () => actions.arrangeAll(value),
      })),
      { label: 'Show everything', icon: 'fit', keys: '0', run: () => void view.fit() },
    ]
  }
  const edit: MenuItem = { label: 'Edit', icon: 'edit', keys: keyWords('Enter'), run: () => void view.edit() }
  const remove: MenuItem = {
    label: selected.kind === 'link' ? 'Forget what is stated of it' : 'Remove',
    icon: 'trash',
    keys: keyWords('Delete'),
    danger: true,
    run: actions.removeSelected,
  }
  if (selected.kind === 'link') return [edit, 'separator', remove]
  const adds = actions.palette.slice(1, 3).map(({ id, label, icon }): MenuItem => ({
    label: `Add ${label.toLowerCase()} here`,
    icon,
    run: () => actions.add(id),
  }))
  return [
    ...(ids.length > 1 ? [] : [edit, ...(selected.kind === 'region' ? adds : []), 'separator' as const]),
    ...(ids.length === 2
      ? [{ label: 'Link the two', keys: keyWords('Mod+Shift+L'), run: () => actions.connect(ids[0], ids[1]) }]
      : []),
    { label: 'Copy', icon: 'copy', keys: keyWords('Mod+C'), run: () => void actions.copySelected() },
    { label: 'Duplicate', keys: keyWords('Mod+D'), run: actions.duplicateSelected },
    paste,
    'separator',
    ...(selected.kind === 'replica' && ids.length <= 1
      ? [...changeItems(selected.id, view), 'separator' as const]
      : []),
    remove,
  ]
}

function changeItems(
  replica: string,
  view: { change(kind: ChangeKind, replica: string): void; refusalOf(kind: ChangeKind): string | null },
): MenuItem[] {
  return (['join', 'leave'] as const).map((kind): MenuItem => {
    const refused = view.refusalOf(kind)
    return {
      label: `${kind === 'join' ? 'Joins' : 'Leaves'} during the run…`,
      icon: CHANGE_ICONS[kind],
      disabled: refused !== null,
      help: refused ?? undefined,
      run: () => view.change(kind, replica),
    }
  })
}
