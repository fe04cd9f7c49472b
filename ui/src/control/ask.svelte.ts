import { asControlError, type ControlError } from './control-error';

/** Something that is asked for: what came last, what went wrong, whether it is under way. The answer to a newer question wins. */
export class Ask<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<ControlError | null>(null);
  busy = $state(false);
  #question = 0;

  /** Asks; the old answer stays until the new one is there. Gives the answer, or null when it failed or came too late. */
  async run(question: () => Promise<T>): Promise<T | null> {
    const mine = ++this.#question;
    this.busy = true;
    try {
      const value = await question();
      if (mine !== this.#question) return null;
      this.value = value;
      this.error = null;
      return value;
    } catch (thrown) {
      if (mine === this.#question) this.error = asControlError(thrown);
      return null;
    } finally {
      if (mine === this.#question) this.busy = false;
    }
  }

  /** Forgets everything; an answer under way is not waited for. */
  clear(): void {
    this.#question += 1;
    this.value = null;
    this.error = null;
    this.busy = false;
  }
}
