export type Toast = {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  /** A second line. */
  detail: string | null;
  action: { label: string; run: () => void | Promise<void> } | null;
};

type NewToast = Partial<Pick<Toast, 'tone' | 'detail' | 'action'>>;

/** Time to read it and to press its button. */
export const SHOWN_MS = 12_000;
const MOST = 4;

class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;

  /** Shows a message for a while: what was done, and how it is undone. */
  show(text: string, more: NewToast = {}): number {
    const id = this.#next++;
    const toast = { id, text, tone: 'plain' as const, detail: null, action: null, ...more };
    this.list = [...this.list, toast].slice(-MOST);
    return id;
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
