const KEY = 'tidemark.single-keys';

/** Whether single keys do something: whoever speaks to the computer switches them off. */
class KeySwitch {
  on = $state(true);

  constructor() {
    try {
      this.on = localStorage.getItem(KEY) !== 'off';
    } catch {
      // Without storage they are on.
    }
  }

  set(on: boolean): void {
    this.on = on;
    try {
      if (on) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, 'off');
    } catch {
      // It holds until the page is closed.
    }
  }
}

export const singleKeys = new KeySwitch();
