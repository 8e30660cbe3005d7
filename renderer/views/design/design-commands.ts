import { onScopeDispose } from 'vue'
import { addWords, FIT_WORDS, JSON_WORDS, layoutWords, SNAP_WORDS } from '../../frame/command-words.ts'
import { useCommands, type Command } from '../../frame/commands.ts'
import { isTextField } from '../../frame/keys.ts'
import { ARRANGEMENTS, type Alignment } from '../../model/layout-arrange.ts'
import type { DesignActions } from './use-design-actions.ts'
import { useSelection } from './use-selection.ts'

export const ALIGNMENTS: readonly { value: Alignment; label: string; icon: `align-${Alignment}` }[] = [
  { value: 'left', label: 'Align left edges', icon: 'align-left' },
  { value: 'centre', label: 'Align centres', icon: 'align-centre' },
  { value: 'right', label: 'Align right edges', icon: 'align-right' },
  { value: 'top', label: 'Align top edges', icon: 'align-top' },
  { value: 'middle', label: 'Align middles', icon: 'align-middle' },
  { value: 'bottom', label: 'Align bottom edges', icon: 'align-bottom' },
]

/** Commands of Design, and the clipboard's own events, for as long as the view lives. */
export function useDesignCommands(
  actions: DesignActions,
  view: { readonly toggleJson: () => void; readonly toggleSnap: () => void; readonly fit: () => void },
): void {
  const { ids, selection } = useSelection()
  const has = (least: number) => () => ids.value.length >= least
  const group = 'Design'

  useCommands().register(
    ...actions.palette.map(({ id, label }): Command => ({
      id: `design.add.${id}`,
      label: addWords(label),
      group,
      run: () => actions.add(id),
    })),
    { id: 'edit.selectAll', label: 'Mark everything', group, keys: 'Mod+A', run: actions.selectAll },
    { id: 'edit.copy', label: 'Copy', group, enabled: has(1), run: actions.copySelected },
    { id: 'edit.paste', label: 'Paste', group, run: actions.pasteClipboard },
    {
      id: 'edit.duplicate',
      label: 'Duplicate',
      group,
      keys: 'Mod+D',
      enabled: has(1),
      run: actions.duplicateSelected,
    },
    {
      id: 'edit.remove',
      label: 'Remove what is marked',
      group,
      enabled: () => selection.value.length > 0,
      run: actions.removeSelected,
    },
    {
      id: 'design.link',
      label: 'Link the two that are marked',
      group,
      keys: 'Mod+Shift+L',
      enabled: () => ids.value.length === 2,
      run: () => actions.connect(ids.value[0], ids.value[1]),
    },
    ...ALIGNMENTS.map(({ value, label }): Command => ({
      id: `design.align.${value}`,
      label,
      group,
      enabled: has(2),
      run: () => actions.alignSelected(value),
    })),
    {
      id: 'design.distribute.x',
      label: 'Distribute across',
      group,
      enabled: has(3),
      run: () => actions.distributeSelected('x'),
    },
    {
      id: 'design.distribute.y',
      label: 'Distribute down',
      group,
      enabled: has(3),
      run: () => actions.distributeSelected('y'),
    },
    ...ARRANGEMENTS.map(({ value, label }): Command => ({
      id: `design.layout.${value}`,
      label: layoutWords(label),
      group,
      run: () => actions.arrangeAll(value),
    })),
    { id: 'design.json', label: JSON_WORDS, group, keys: 'Mod+J', run: view.toggleJson },
    { id: 'design.snap', label: SNAP_WORDS, group, run: view.toggleSnap },
    { id: 'design.fit', label: FIT_WORDS, group, run: view.fit },
  )

  /** Copying text, and pasting into a field, are the browser's own. */
  const isOurs = (): boolean =>
    !isTextField(document.activeElement) && (getSelection()?.toString() ?? '') === ''
  function onCopy(event: ClipboardEvent): void {
    const text = isOurs() ? actions.clipText() : null
    if (text === null) return
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    if (event.type === 'cut') actions.removeSelected()
  }
  function onPaste(event: ClipboardEvent): void {
    if (isOurs() && actions.pasteText(event.clipboardData?.getData('text/plain') ?? ''))
      event.preventDefault()
  }
  const listeners = new AbortController()
  const { signal } = listeners
  document.addEventListener('copy', onCopy, { signal })
  document.addEventListener('cut', onCopy, { signal })
  document.addEventListener('paste', onPaste, { signal })
  onScopeDispose(() => listeners.abort())
}
