import { getCurrentScope, onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { isForField, matches, shortcutOf } from './keys.ts'

/** Something that the user can do: found in the palette, bound to keys, named by the native menu. */
export interface Command {
  /** "file.save": what the native menu calls it by. */
  readonly id: string
  readonly label: string
  /** Heading in the palette and on the sheet of shortcuts. */
  readonly group: string
  /** "Mod+S", or several. The first is shown. */
  readonly keys?: string | readonly string[]
  readonly enabled?: () => boolean
  /** In the palette only once letters are typed: one of too many to be listed. */
  readonly sought?: boolean
  /** Not in the palette: for what makes sense with a key alone, such as nudging. */
  readonly hidden?: boolean
  readonly run: () => unknown
}

const commands: ShallowRef<readonly Command[]> = shallowRef([])

/** Whether it can be run now. */
export function isEnabled(command: Command): boolean {
  return command.enabled?.() ?? true
}

export function keysOf(command: Command): readonly string[] {
  return command.keys === undefined ? [] : typeof command.keys === 'string' ? [command.keys] : command.keys
}

/**
 * All commands that are registered now, and `register` for more: those of a component go with it. Of two with the same
 * id or the same keys the later one counts, so that a view can take over.
 */
export function useCommands() {
  function register(...added: readonly Command[]): () => void {
    commands.value = [...commands.value, ...added]
    const remove = () => (commands.value = commands.value.filter((command) => !added.includes(command)))
    if (getCurrentScope() !== undefined) onScopeDispose(remove)
    return remove
  }

  /** Runs it if it is there and enabled; says whether. */
  function run(id: string): boolean {
    const command = commands.value.findLast((each) => each.id === id)
    if (command === undefined || !isEnabled(command)) return false
    command.run()
    return true
  }

  return { all: commands, register, run }
}

/** Runs the command that an event is the shortcut of, if there is one; keys that a text field uses stay with it. */
export function runShortcut(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return false
  const command = commands.value.findLast((each) =>
    keysOf(each).some((keys) => {
      const shortcut = shortcutOf(keys)
      return matches(shortcut, event) && !isForField(shortcut, event.target) && isEnabled(each)
    }),
  )
  if (command === undefined) return false
  event.preventDefault()
  command.run()
  return true
}
