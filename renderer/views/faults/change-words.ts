import type { IconName } from '../../components/icons.ts'
import type { ChangeKind } from '../../model/change-edits.ts'
import type { ChangeFile } from '../../model/file.ts'
import { exactWords } from './time-axis.ts'

export const CHANGE_ICONS: Readonly<Record<ChangeKind, IconName>> = { join: 'plus', leave: 'minus' }

/** What can be added, and what it means for those who are there. */
export const CHANGE_CHOICES: readonly {
  readonly value: ChangeKind
  readonly label: string
  readonly help: string
}[] = [
  {
    value: 'join',
    label: 'A replica joins',
    help: 'It holds nothing until then, and takes its part of the data over from the others.',
  },
  {
    value: 'leave',
    label: 'A replica leaves',
    help: 'The others take over what it holds, then it forgets it.',
  },
]

/** "r4 joins". */
export function changeWords({ kind, replica }: Pick<ChangeFile, 'kind' | 'replica'>): string {
  return `${replica} ${kind === 'join' ? 'joins' : 'leaves'}`
}

/** "r4 joins at 5 s". */
export function changeCaption(change: ChangeFile): string {
  return `${changeWords(change)} at ${exactWords(change.atMs)}`
}

/** "joins at 5 s, leaves at 12 s". */
export function lifeWords(marks: readonly Pick<ChangeFile, 'kind' | 'atMs'>[]): string {
  return marks.map(({ kind, atMs }) => `${kind}s at ${exactWords(atMs)}`).join(', ')
}
