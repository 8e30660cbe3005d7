import type { IconName } from './icons.ts'

export interface MenuAction {
  readonly label: string
  readonly run: () => void
  readonly icon?: IconName | undefined
  /** The shortcut, as `keyWords` writes it. */
  readonly keys?: string | undefined
  readonly disabled?: boolean | undefined
  /** Below the label, where there is more to say: why it is disabled. */
  readonly help?: string | undefined
  readonly danger?: boolean | undefined
  /** For items that are on or off. */
  readonly checked?: boolean | undefined
}

export type MenuItem = MenuAction | 'separator'
