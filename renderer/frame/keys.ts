/** A shortcut such as "Mod+Shift+Z", taken apart. `Mod` is Command on Apple's systems and Control elsewhere. */
export interface Shortcut {
  readonly mod: boolean
  readonly shift: boolean
  readonly alt: boolean
  /** As in `KeyboardEvent.key`, letters in lower case. */
  readonly key: string
}

export const IS_APPLE = /mac|iphone|ipad/i.test(navigator.platform)

export function shortcutOf(text: string): Shortcut {
  const [, held = '', key = ''] = /^(?:(.*)\+)?(.+)$/.exec(text) ?? []
  const has = (name: string) => held.split('+').includes(name)
  return {
    mod: has('Mod'),
    shift: has('Shift'),
    alt: has('Alt'),
    key: key === 'Space' ? ' ' : key.length === 1 ? key.toLowerCase() : key,
  }
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

/** Whether an event is this shortcut. Signs such as "?" are the same key with and without Shift. */
export function matches(shortcut: Shortcut, event: Pressed, isApple = IS_APPLE): boolean {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const mod = isApple ? event.metaKey : event.ctrlKey
  const other = isApple ? event.ctrlKey : event.metaKey
  const isSign = key.length === 1 && !/[a-z0-9 ]/.test(key)
  return (
    key === shortcut.key &&
    mod === shortcut.mod &&
    !other &&
    event.altKey === shortcut.alt &&
    (isSign || event.shiftKey === shortcut.shift)
  )
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
  Backspace: '⌫',
  ' ': 'Space',
}

/** A shortcut as people read it: "Ctrl+Shift+Z", on Apple's systems "⇧⌘Z". */
export function keyWords(text: string, isApple = IS_APPLE): string {
  const { mod, shift, alt, key } = shortcutOf(text)
  const name = NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key)
  if (isApple) return `${alt ? '⌥' : ''}${shift ? '⇧' : ''}${mod ? '⌘' : ''}${name}`
  return [mod && 'Ctrl', alt && 'Alt', shift && 'Shift', name].filter((part) => part !== false).join('+')
}

/** Keys that a text field has its own use for, together with `Mod`. */
const EDITING_KEYS = new Set([
  'z',
  'y',
  'a',
  'c',
  'v',
  'x',
  'd',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'Backspace',
  'Delete',
])

export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true
  return (
    target instanceof HTMLInputElement && !/^(checkbox|radio|button|range|submit|file)$/.test(target.type)
  )
}

/** Whether the shortcut belongs to the field that has the focus, and not to the lab. */
export function isForField(shortcut: Shortcut, target: EventTarget | null): boolean {
  if (!isTextField(target)) return false
  const isFunctionKey = /^F\d+$/.test(shortcut.key)
  return !isFunctionKey && (!shortcut.mod || EDITING_KEYS.has(shortcut.key))
}
