/** How commands of a view are called, in the view itself and from elsewhere. */
export const addWords = (thing: string): string => `Add: ${thing}`
export const layoutWords = (layout: string): string => `Layout: ${layout}`
export const faultLabel = (kind: string): string => `Add a fault: ${kind}`
export const scenarioLabel = (scenario: string): string => `Scenario: ${scenario}`
export const membershipLabel = (change: string): string => `Membership: ${change}`
export const changeCommandId = (kind: string): string => `faults.change.${kind}`
export const FIT_WORDS = 'Show everything on the canvas'
export const SNAP_WORDS = 'Snap to the grid, or not'
export const JSON_WORDS = 'Show or leave the JSON view'
export const DRAW_WORDS = 'Draw a partition'
