import type { ErrorCode } from '../generated/control';

/** A command that the daemon refused, that never reached it (`unreachable`), or that it doesn't take from this browser. */
export class ControlError extends Error {
  constructor(
    readonly code: ErrorCode | 'signed-out' | 'forbidden' | 'unreachable',
    message: string,
    readonly hint: string | null = null,
  ) {
    super(message);
    this.name = 'ControlError';
  }

  /** The hint, unless it talks of the command line: the screen has a button of its own for that. */
  get hintHere(): string | null {
    return this.hint?.includes('tidemark ') || this.hint?.includes('--') ? null : this.hint;
  }
}

/** Anything that was thrown, as a ControlError. */
export function asControlError(thrown: unknown): ControlError {
  if (thrown instanceof ControlError) return thrown;
  return new ControlError('failed', thrown instanceof Error ? thrown.message : String(thrown));
}
