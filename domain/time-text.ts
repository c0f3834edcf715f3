/** A moment for people, to the minute: `2026-12-01 01:00 UTC`. Milliseconds UTC in. */
export const utcMinute = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Date (YYYY-MM-DD, UTC) of a moment. Milliseconds UTC in. */
export const utcDate = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
