/** A failure that somebody foresaw: its message is for the person at the screen and needs nothing added. */
export class ForeseenError extends Error {}
