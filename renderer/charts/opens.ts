/** What becomes of a click on a point that stands for something. */
export interface OpensPoints {
  /** What the click does, in a few words: "Click: open as a topology". */
  readonly hint: string
  /** `name` is the point's. */
  readonly open: (name: string) => unknown
}
