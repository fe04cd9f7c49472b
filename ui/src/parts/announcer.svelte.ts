const APART_MS = 5_000;

/** What the live region says: at most one sentence in five seconds, always the newest. */
class Announcer {
  said = $state('');
  #next: string | null = null;
  #last = -APART_MS;
  #timer: ReturnType<typeof setTimeout> | null = null;

  say(text: string): void {
    if (text === this.said && this.#next === null) return;
    this.#next = text;
    if (this.#timer !== null) return;
    const wait = Math.max(0, this.#last + APART_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#next === null) return;
      this.said = this.#next;
      this.#next = null;
      this.#last = performance.now();
    }, wait);
  }
}

export const announcer = new Announcer();

/** Tells screen readers something, politely. */
export function announce(text: string): void {
  announcer.say(text);
}
