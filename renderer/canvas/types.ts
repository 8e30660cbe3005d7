import type { Position, TopologyFile } from '../model/file.ts'
import type { Selected } from '../stores/ui.ts'

/**
 * What `TopologyCanvas.vue` takes and tells. The canvas draws a file and what is laid over it; it knows no store and
 * changes nothing: Design turns what it tells into edits, Faults and Run into faults.
 */
export interface CanvasProps {
  file: TopologyFile
  /** Accessible name: "Topology", "Topology during the run". */
  label: string
  /** Drags, handles for new links, drops and the keyboard's edits; without it the picture stands still. */
  editable?: boolean
  /** Whether what is dragged keeps to the grid; with Alt held it never does. */
  snap?: boolean
  /** Whether anything can be marked, by mouse or keyboard. */
  selectable?: boolean
  selection?: readonly Selected[]
  /** Median round trips between the regions in the order of the file, as the lab answered; labels are absent until then. */
  regionRoundTripMs?: readonly (readonly number[])[] | null
  /** Replicas on which no shard is placed. */
  spares?: ReadonlySet<string>
  /** Laid over the picture. Give a new object for every change: it is compared by reference. */
  decorations?: CanvasDecorations | null
  /**
   * `partition`: a line drawn across the canvas parts the places on its two sides, told by `partition`; Escape gives
   * it up. Else the mouse marks and moves.
   */
  tool?: 'select' | 'partition'
  miniMap?: boolean
  /** Lines of latitude and longitude behind, and where known regions are on Earth. */
  worldMap?: boolean
}

/** What the component lets its owner do. */
export interface CanvasHandle {
  fit(): void
  focus(): void
  /** Brings something into sight. */
  reveal(id: string): void
  /** A point of the window on the canvas. */
  toCanvas(client: Position): Position
}

export interface CanvasEmits {
  select: [selection: readonly Selected[]]
  /** Double click, or Enter on what has the focus. */
  activate: [selected: Selected]
  /** Right click, or the menu key: on something, or on the empty canvas (null). Window and canvas coordinates. */
  menu: [selected: Selected | null, at: { client: Position; canvas: Position }]
  /** A drag has ended: where everything that was dragged now stands, and in which region. One step of undo. */
  move: [moved: readonly Moved[]]
  /** An arrow key moves the selection by this; `nudged` when the key is let go. */
  nudge: [by: Position]
  nudged: []
  /** The size of a region was changed. */
  resize: [region: string, size: { width: number; height: number }]
  /** A handle was drawn from one place to another. */
  connect: [from: string, to: string]
  /** Something of the palette was dropped; `at` in the coordinates of the canvas. */
  drop: [item: string, at: Position]
  remove: []
  /** The line of the tool `partition`: ids of replicas and clients on its two sides, neither empty. */
  partition: [groups: [string[], string[]]]
}

export interface Moved {
  readonly kind: 'region' | 'replica' | 'client'
  readonly id: string
  /** Of the upper left corner, on the canvas. */
  readonly at: Position
  /** The region it was dropped in, where that is another one; absent for regions. */
  readonly region?: string
}

export interface CanvasDecorations {
  readonly replicas?: ReadonlyMap<string, ReplicaDecoration>
  readonly clients?: ReadonlyMap<string, ClientDecoration>
  /** Links between regions, replicas or clients that lose everything: drawn with a gap and a mark. */
  readonly cuts?: readonly { from: string; to: string; oneWay?: boolean }[]
  /** Links that are slowed or lossy: dashed, with the words beside them. */
  readonly impaired?: readonly { from: string; to: string; label: string }[]
  /** Groups that cannot reach each other (regions, replicas, clients): a boundary is drawn round each. */
  readonly sides?: readonly (readonly string[])[]
  /** Share of the busiest pair, 0 … 1, by `pairKey`: thicker lines. */
  readonly traffic?: ReadonlyMap<string, number>
  readonly messages?: MessageDots
}

export interface ReplicaDecoration {
  /** As the strategy calls it: "leader", "follower"; draws the chip. */
  readonly role?: string
  readonly state?: 'up' | 'down' | 'paused'
  /** Of a run in which replicas join and leave: one that is not there, one that comes, one that goes. */
  readonly membership?: 'absent' | 'joining' | 'leaving'
  /** How much of what it has to take over, or to hand over, has moved: 0 … 1. */
  readonly moved?: number
  /** In words: "lag 12". */
  readonly lag?: string
  /** 0 … 1, drawn as a bar. */
  readonly load?: number
  /** What else ails it: "slow disk", "clock +40 ms". */
  readonly note?: string
}

export interface ClientDecoration {
  /** Instead of the rate in the file: "180/s". */
  readonly rate?: string
  /** Share of its operations that fail, 0 … 1. */
  readonly failing?: number
}

/**
 * Messages under way, drawn as dots between the places where `nowMs()` says they are. The canvas asks every frame while
 * there are any; under reduced motion it draws none.
 */
export interface MessageDots {
  readonly nowMs: () => number
  readonly list: readonly MessageDot[]
}

export interface MessageDot {
  readonly from: string
  readonly to: string
  readonly sentMs: number
  readonly arrivesMs: number
  readonly tone: 'read' | 'write' | 'moved' | 'neutral'
  /** It gets as far as what stops it: there a cross stays for the rest of its time. */
  readonly isLost?: boolean
}

/** Type of what is dragged from a palette: its name is what `drop` tells. */
export const DRAG_TYPE = 'application/x-replica-lab'

/** Name of an unordered pair of places. */
export function pairKey(a: string, b: string): string {
  return a < b ? `${a}\n${b}` : `${b}\n${a}`
}
