/** The format of topology files that this version writes. */
export const FORMAT = 'replica-lab/topology@1'
