export type Theme = 'system' | 'light' | 'dark';

const KEY = 'tidemark.theme';

class ThemeChoice {
  choice = $state<Theme>('system');

  constructor() {
    try {
      const stored = localStorage.getItem(KEY);
      if (stored === 'light' || stored === 'dark') this.set(stored);
    } catch {
      // Without storage the system's choice holds.
    }
  }

  set(choice: Theme): void {
    this.choice = choice;
    const root = document.documentElement;
    if (choice === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = choice;
    try {
      if (choice === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // It holds until the page is closed.
    }
  }
}

export const theme = new ThemeChoice();
