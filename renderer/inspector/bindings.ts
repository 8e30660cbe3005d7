import { pathOf } from '../../shared/topology/problems.ts'
import type { Problem } from '../../shared/topology/types.ts'
import { linkEntry, linkIndex, setLink, setLinkKind, type Direction } from '../model/edits-links.ts'
import { setValue, valueAt, type Path } from '../model/edits-settings.ts'
import type { TopologyFile } from '../model/file.ts'
import { useDocument } from '../stores/document.ts'

/** A value of the file that a field shows and changes: one, or the same one of several places. */
export interface Binding {
  /** JSON path, of the first where there are several: what problems and `askedPath` name. */
  readonly path: string
  /** undefined: the file does not state it, or not everywhere the same. */
  read(): unknown
  /** Several places differ. */
  isMixed(): boolean
  problem(): string | undefined
  /** What may stand, and will probably be rued. */
  warning(): string | undefined
  /** undefined takes the statement back. Values that follow each other are one step of undo until `done`. */
  write(value: unknown): void
  done(): void
}

export function useBindings() {
  const doc = useDocument()

  function sentenceAt(paths: readonly string[], list: readonly Problem[]): string | undefined {
    const found = list.find(({ path }) =>
      paths.some((own) => path === own || path.startsWith(`${own}.`) || path.startsWith(`${own}[`)),
    )
    return found?.sentence
  }

  function binding(
    paths: readonly string[],
    words: string,
    read: (file: TopologyFile) => readonly unknown[],
    write: (file: TopologyFile, value: unknown) => TopologyFile,
  ): Binding {
    const values = () => (doc.file === null ? [] : read(doc.file))
    const isMixed = () => new Set(values().map((value) => JSON.stringify(value))).size > 1
    return {
      path: paths[0] ?? '$',
      read: () => (isMixed() ? undefined : values()[0]),
      isMixed,
      problem: () => sentenceAt(paths, doc.problems),
      warning: () => sentenceAt(paths, doc.warnings),
      write: (value) => doc.edit(words, (file) => write(file, value), `field ${paths[0] ?? ''}`),
      done: doc.endGesture,
    }
  }

  /** The value at a path, or the common one at several. */
  function at(words: string, ...paths: readonly Path[]): Binding {
    return binding(
      paths.map(pathOf),
      words,
      (file) => paths.map((path) => valueAt(file, path)),
      (file, value) => paths.reduce((next, path) => setValue(next, path, value), file),
    )
  }

  /** A fact about the link between two places; its entry is made and removed as needed. */
  function link(words: string, from: string, to: string, direction: Direction, field: string): Binding {
    const index = doc.file === null ? -1 : linkIndex(doc.file, from, to, direction)
    return binding(
      [pathOf(['links', 'between', index, field])],
      words,
      (file) => [(linkEntry(file, from, to, direction) as Record<string, unknown> | null)?.[field]],
      (file, value) => setLink(file, from, to, direction, field, value),
    )
  }

  function linkKind(words: string, from: string, to: string, direction: Direction, kind: string): Binding {
    const index = doc.file === null ? -1 : linkIndex(doc.file, from, to, direction)
    return binding(
      [pathOf(['links', 'between', index, 'oneWayOf', kind])],
      words,
      (file) => [linkEntry(file, from, to, direction)?.oneWayOf?.[kind]],
      (file, value) => setLinkKind(file, from, to, direction, kind, value),
    )
  }

  return { at, link, linkKind }
}
