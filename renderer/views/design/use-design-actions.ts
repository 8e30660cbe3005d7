import { countOf } from '../../../shared/report/numbers.ts'
import type { Moved } from '../../canvas/types.ts'
import { idsOf, kindOf, remove, setOf, type Made } from '../../model/edits.ts'
import { clipOf, copy, duplicate, paste } from '../../model/edits-clipboard.ts'
import { PALETTE, paletteItem } from '../../model/edits-groups.ts'
import { addLink, removeLink } from '../../model/edits-links.ts'
import type { Position, TopologyFile } from '../../model/file.ts'
import { sceneOf } from '../../model/layout.ts'
import {
  align,
  arrange,
  ARRANGEMENTS,
  distribute,
  moveTo,
  nudge,
  type Alignment,
  type Arrangement,
} from '../../model/layout-arrange.ts'
import { useDocument } from '../../stores/document.ts'
import { useUi } from '../../stores/ui.ts'
import { useSelection } from './use-selection.ts'

/** What a user does in Design, as edits with their labels; what was made is marked afterwards. `showAll` fits the canvas. */
export function useDesignActions(showAll: () => void) {
  const doc = useDocument()
  const ui = useUi()
  const { selection, ids, select, selectIds } = useSelection()

  /** "r1", "3 things". */
  const named = (names: readonly string[]): string =>
    names.length === 1 ? (names[0] ?? '') : countOf(names.length, 'thing')

  function make(label: (ids: readonly string[]) => string, change: (file: TopologyFile) => Made): void {
    if (doc.file === null) return
    const made = change(doc.file)
    if (made.ids.length === 0) return
    doc.edit(label(made.ids), () => made.file)
    selectIds(made.ids)
  }

  /** The region that what is marked stands in, or is. */
  function regionOfSelection(): string | null {
    const { file } = doc
    const [first] = ids.value
    if (file === null || first === undefined) return null
    if (kindOf(file, first) === 'region') return first
    return [...file.replicas, ...file.clients].find(({ id }) => id === first)?.region ?? null
  }

  function add(item: string, at: Position | null = null): void {
    const found = paletteItem(item)
    if (found === null) return
    const region = regionOfSelection()
    const isFirst = doc.file?.regions.length === 0
    make(
      (made) => `Add ${made.length === 1 ? (made[0] ?? '') : found.label.toLowerCase()}`,
      (file) => found.add(file, at, region),
    )
    // What stands alone is to stand in the middle, unless somebody has said where.
    if (isFirst && at === null) showAll()
  }

  function removeSelected(): void {
    const links = selection.value.filter((each) => each.kind === 'link')
    const names = [...ids.value, ...links.map(({ from, to }) => `link ${from} – ${to}`)]
    doc.edit(`Remove ${named(names)}`, (file) =>
      remove(
        links.reduce((next, { from, to }) => removeLink(next, from, to), file),
        ids.value,
      ),
    )
    select([])
  }

  function move(moved: readonly Moved[]): void {
    doc.edit(`Move ${named(moved.map(({ id }) => id))}`, (file) => moveTo(file, sceneOf(file), moved))
  }

  function resize(region: string, size: { width: number; height: number }): void {
    doc.edit(`Resize ${region}`, (file) => setOf(file, 'region', region, ['size'], size))
  }

  function connect(from: string, to: string): void {
    doc.edit(`Link ${from} and ${to}`, (file) => addLink(file, from, to, presentOneWayMs(file, from, to)))
    select([{ kind: 'link', from, to }])
  }

  /** Half the round trip between the regions of two places, so that stating a link does not change it yet. */
  function presentOneWayMs(file: TopologyFile, from: string, to: string): number {
    const indexOf = (id: string): number => {
      const place = [...file.replicas, ...file.clients].find((each) => each.id === id)
      return file.regions.findIndex((region) => region.id === (place?.region ?? id))
    }
    const roundTripMs = doc.check?.regionRoundTripMs?.[indexOf(from)]?.[indexOf(to)] ?? 0.5
    return Number((roundTripMs / 2).toPrecision(4))
  }

  async function copySelected(): Promise<void> {
    const text = clipText()
    if (text === null) return
    await navigator.clipboard.writeText(text)
    ui.notify(`Copied ${named(ids.value)}.`)
  }

  function clipText(): string | null {
    const clip = doc.file === null ? null : copy(doc.file, ids.value)
    return clip === null ? null : JSON.stringify(clip)
  }

  /** Says whether the text was something to paste. */
  function pasteText(text: string): boolean {
    const clip = clipOf(text)
    if (clip === null) return false
    const region = clip.regions.length === 0 ? regionOfSelection() : null
    make(
      (made) => `Paste ${named(made)}`,
      (file) => paste(file, clip, { region }),
    )
    return true
  }

  async function pasteClipboard(): Promise<void> {
    if (!pasteText(await navigator.clipboard.readText()))
      ui.notify('The clipboard holds no part of a topology.')
  }

  function duplicateSelected(): void {
    make(
      () => `Duplicate ${named(ids.value)}`,
      (file) => duplicate(file, ids.value),
    )
  }

  function nudgeSelected(by: Position): void {
    doc.edit(`Move ${named(ids.value)}`, (file) => nudge(file, ids.value, by), 'nudge')
  }

  function alignSelected(alignment: Alignment): void {
    doc.edit(`Align ${named(ids.value)}`, (file) => align(file, ids.value, alignment))
  }

  function distributeSelected(axis: 'x' | 'y'): void {
    doc.edit(`Distribute ${named(ids.value)}`, (file) => distribute(file, ids.value, axis))
  }

  function arrangeAll(arrangement: Arrangement): void {
    const label = ARRANGEMENTS.find(({ value }) => value === arrangement)?.label ?? ''
    doc.edit(`Layout: ${label}`, (file) => arrange(file, arrangement))
    showAll()
  }

  function selectAll(): void {
    if (doc.file !== null) selectIds([...idsOf(doc.file)])
  }

  return {
    palette: PALETTE,
    add,
    removeSelected,
    move,
    resize,
    connect,
    clipText,
    copySelected,
    pasteText,
    pasteClipboard,
    duplicateSelected,
    nudgeSelected,
    alignSelected,
    distributeSelected,
    arrangeAll,
    selectAll,
  }
}

export type DesignActions = ReturnType<typeof useDesignActions>
